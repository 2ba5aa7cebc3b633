import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from './random.ts';
import { killAtRandom } from './killer.ts';
import type { KillCounts } from './killer.ts';
import { FaultRig } from './rig.ts';
import { planCommands } from './scenario.ts';
import { ends, violations } from './verdict.ts';
import type { SeenEvent } from './verdict.ts';

export interface FaultOptions {
  readonly seed: number;
  readonly commands: number;
  readonly projects: number;
  /** Mean time between two kills, ms. */
  readonly meanPauseMs: number;
  /** Also restarts the broker and the engine and freezes executors. */
  readonly heavy: boolean;
  /** How long the last commands may take to end once nothing is killed any more, ms. */
  readonly settleMs: number;
  readonly onProgress: (text: string) => void;
}

export interface FaultResult {
  readonly commands: number;
  readonly ended: number;
  readonly kills: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly violations: readonly string[];
  /** The last lines of each component, where something was violated. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** So many commands may be on their way: more would only wait, and make one kill like another. */
const AHEAD = 40;

/** One run: commands over a real broker while parts are killed, then the verdict. */
export const runFaults = async (options: FaultOptions): Promise<FaultResult> => {
  const began = performance.now();
  const runId = `f${options.seed.toString(36)}${Date.now().toString(36)}`;
  const projects = Array.from({ length: options.projects }, (_, index) => `p${index}-${runId}`);
  const planned = planCommands(new Random(options.seed), { commands: options.commands, projects, image: 'busybox:1', runId });
  await using rig = await FaultRig.start({ agentId: runId });
  const events: SeenEvent[] = [];
  const ended = new Set<string>();
  const ids = new Map(planned.map((command) => [command.id, command]));
  await rig.followEvents((event) => {
    events.push(event);
    const command = ids.get(event.causationId ?? '');
    if (command !== undefined && ends(command.type, event.type)) ended.add(command.id);
  });
  const progress = setInterval(() => options.onProgress(`${ended.size} of ${planned.length} commands ended, ${[...counts.values()].reduce((sum, count) => sum + count, 0)} kills`), 2000);
  const counts: KillCounts = new Map();
  const enough = new AbortController();
  const killing = killAtRandom(rig, new Random(options.seed ^ 0x5eed), { meanPauseMs: options.meanPauseMs, heavy: options.heavy, counts }, enough.signal);
  try {
    for (const [index, command] of planned.entries()) {
      while (index - ended.size >= AHEAD) await sleep(50);
      await rig.produce(command);
    }
    // The last commands under fire too, but not for ever.
    const underFire = performance.now() + 20_000;
    while (ended.size < planned.length && performance.now() < underFire) await sleep(100);
    enough.abort();
    await killing;
    const deadline = performance.now() + options.settleMs;
    while ((ended.size < planned.length || (await rig.waiting()) > 0) && performance.now() < deadline) await sleep(200);
    // A second end of a command would come about now.
    await sleep(3000);
    const found = violations(planned, events, await rig.state(projects), await rig.waiting());
    const parts = [rig.worker, ...rig.executors];
    return {
      commands: planned.length,
      ended: ended.size,
      kills: Object.fromEntries(counts),
      seconds: (performance.now() - began) / 1000,
      violations: found,
      outputs: found.length === 0 ? {} : Object.fromEntries(parts.map(({ name, output }) => [name, output])),
    };
  } finally {
    enough.abort();
    clearInterval(progress);
    await killing;
  }
};
