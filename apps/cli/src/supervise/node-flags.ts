import type { ComponentName } from '@axion/contracts';

/**
 * How every process of the agent runs Node. Young objects get 1 MB instead of 16: the processes wait most of the time, and
 * 7 MB of each would be room that a rare burst once needed. Old ones are collected from 8 MB on and whenever they have grown
 * by a third, instead of first at some dozens of MB, and by the thread that is awake anyway: four more for so small a heap are
 * wake-ups alone. A collection leaves no holes and drops the code that has not run since the last two, as most of the start's
 * never runs again. The last of V8's compilers takes longer over a burst's code than that code then saves, and 4 MB of pages.
 * Without its snapshot Node starts 30 ms later and keeps 0.6 MB less: what a component never uses is not there, instead of
 * there and unused. `gc` and `node:ffi`, of which Node would warn each time, are what give the rest of a burst back; see
 * `service-kit`. A signal opens no debugger.
 */
const NODE_FLAGS: readonly string[] = [
  '--max-semi-space-size=1',
  '--initial-old-space-size=8',
  '--heap-growing-percent=30',
  '--single-threaded-gc',
  '--compact-on-every-full-gc',
  '--bytecode-old-age=2',
  '--flush-baseline-code',
  '--no-opt',
  '--no-node-snapshot',
  '--expose-gc',
  '--disable-sigusr1',
  '--disable-warning=ExperimentalWarning',
];

/** Bursts of commands go through them. */
const BUSY: ReadonlySet<string> = new Set<ComponentName>(['swarm-executor', 'workload-executor', 'command-worker']);
/** Others speak TLS to the outside, where Node's own list of authorities counts. */
const NEVER_OUT: ReadonlySet<string> = new Set<ComponentName | 'bus-server'>(['bus-server', 'telemetry-sampler', 'local-gateway', 'health-endpoint']);

/**
 * Node's flags for one program of a release. What only beats and samples is never hot: its code is compiled simply, as the
 * one that optimises would cost it 2 MB and save it nothing. Who never asks a server for its
 * certificate reads no list of authorities, 1.5 MB that comes along with HTTP/2.
 */
export const nodeFlags = (program: string): readonly string[] => [
  ...NODE_FLAGS,
  ...(BUSY.has(program) ? [] : ['--no-maglev']),
  ...(NEVER_OUT.has(program) ? ['--use-openssl-ca'] : []),
];

/**
 * How glibc hands out memory in them. It gives every thread an arena of its own otherwise, and Node has a dozen; and it
 * learns from the first large block that is freed to keep megabytes for the next, which at the start is the source text.
 * Blocks larger than what a socket is read into are the system's own, given back where they lie.
 */
export const MALLOC_SETTINGS: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '98304', MALLOC_TOP_PAD_: '16384', MALLOC_TRIM_THRESHOLD_: '32768' };
