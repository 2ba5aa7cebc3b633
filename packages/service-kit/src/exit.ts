/** Exit codes of every process of the agent; 78 is `EX_CONFIG` of sysexits.h. */
export const EXIT = { ok: 0, failed: 1, usage: 2, configuration: 78 } as const;
