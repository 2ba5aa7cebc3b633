/**
 * How every process of the agent runs Node. Young objects get 1 MB instead of 16: the processes wait most of the time, and
 * 7 MB of each would be room that a rare burst once needed. Old ones are collected from 8 MB on and whenever they have grown
 * by a third, instead of first at some dozens of MB, and by the thread that is awake anyway: four more for so small a heap are
 * wake-ups alone. `gc` is what gives the rest of a burst back; see `service-kit`.
 */
export const NODE_FLAGS: readonly string[] = ['--max-semi-space-size=1', '--initial-old-space-size=8', '--heap-growing-percent=30', '--single-threaded-gc', '--expose-gc'];

/**
 * How glibc hands out memory in them. It gives every thread an arena of its own otherwise, and Node has a dozen; and it
 * learns from the first large block that is freed to keep megabytes for the next, which at the start is the source text.
 */
export const MALLOC_SETTINGS: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' };
