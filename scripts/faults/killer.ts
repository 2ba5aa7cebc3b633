import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './random.ts';
import type { FaultRig } from './rig.ts';

/** What was done to whom, how often. */
export type KillCounts = Map<string, number>;

export interface KillOptions {
  readonly meanPauseMs: number;
  /** Also the broker, the engine, and executors frozen until their leases are gone. */
  readonly heavy: boolean;
  readonly mayKill: () => boolean;
  readonly counts: KillCounts;
}

/**
 * Kills parts of the rig at random moments until `signal`: mostly the worker and the executors, at times the bus, an
 * executor frozen until its lease is gone, and rarely the broker or the engine, which take long to come back.
 */
export const killAtRandom = async (rig: FaultRig, random: Random, options: KillOptions, signal: AbortSignal): Promise<void> => {
  const { meanPauseMs, heavy, mayKill, counts } = options;
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  while (!signal.aborted) {
    await sleep(random.next() * 2 * meanPauseMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    if (!mayKill()) continue;
    const target = random.pick<string>([
      [34, 'command-worker'],
      [24, 'swarm-executor.1'],
      [24, 'swarm-executor.2'],
      [12, 'bus'],
      ...(heavy ? ([[2, 'executor frozen'], [2, 'broker'], [2, 'engine']] as const) : []),
    ]);
    switch (target) {
      case 'command-worker':
        if (rig.worker.kill()) count(target);
        break;
      case 'swarm-executor.1':
      case 'swarm-executor.2':
        if (rig.executors[target.endsWith('1') ? 0 : 1]!.kill()) count(target);
        break;
      case 'bus':
        if (rig.bus.crash()) count(target);
        break;
      case 'executor frozen':
        count(target);
        await rig.executors[random.between(0, 1)]!.pause(20_000);
        break;
      case 'broker':
        count(target);
        await rig.broker.kill();
        await rig.broker.restart();
        break;
      default:
        count(target);
        await rig.engine.kill();
        await rig.engine.restart();
    }
  }
};
