import type { OwnMemory } from './own-memory.ts';

/** What the collector looks at; the process's own by default. */
export interface RestGauges {
  /** Bytes that the heap takes from the system. */
  readonly heap: () => number;
  /** Processor time used since the start, microseconds. */
  readonly cpu: () => number;
}

const LOOK_EVERY_MS = 15_000;
/** A process that used less than this share of a core since the last look is at rest. */
const REST = 0.02;
/** What has grown by a quarter since the last collection has seen a burst. */
const BURST = 1.25;
/** Beats and samples leave this much after minutes, which is collected more seldom. */
const CREEP = 1.1;
const CREEP_LOOKS = 20;
/** What the start still held when it was first at rest is garbage a minute later, however little the heap grew. */
const SETTLED_LOOKS = 4;

const ofProcess: RestGauges = {
  heap: () => process.memoryUsage().heapTotal,
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
};

/**
 * Gives memory back once the start is over, and again after every burst, as soon as the process is at rest: V8 keeps the
 * room that it once needed, and a daemon that waits would hold it for weeks. It takes some 50 ms each time, so it is never
 * done while there is work, and seldom for little. What the allocator holds no gauge tells, so it is asked every few minutes.
 *
 * @param memory `undefined`: nothing is done
 */
export const collectAtRest = (memory: OwnMemory | undefined, gauges: RestGauges = ofProcess, everyMs = LOOK_EVERY_MS): Disposable => {
  if (memory === undefined) return { [Symbol.dispose]: () => {} };
  let used = gauges.cpu();
  let kept = 0;
  let collections = 0;
  let looks = 0;
  const isDue = (): boolean => {
    const grown = gauges.heap() / kept;
    return grown >= BURST || (looks >= CREEP_LOOKS && grown >= CREEP) || (looks >= SETTLED_LOOKS && collections === 1);
  };
  const timer = setInterval(() => {
    looks += 1;
    const now = gauges.cpu();
    const share = (now - used) / (everyMs * 1000);
    used = now;
    if (share > REST) return;
    if (isDue()) {
      memory.collect();
      collections += 1;
      looks = 0;
      kept = gauges.heap();
    } else if (looks % CREEP_LOOKS === 0) memory.trim();
    used = gauges.cpu();
  }, everyMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
};
