/**
 * How every process of the agent runs Node. Young objects get 1 MB instead of 16: the processes wait most of the time, and
 * 7 MB of each would be room that a rare burst once needed.
 */
export const NODE_FLAGS: readonly string[] = ['--max-semi-space-size=1'];
