import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from './random.ts';
import { killAtRandom } from './killer.ts';
import type { KillCounts } from './killer.ts';
import { FaultRig } from './rig.ts';
import { planCommands } from './scenario.ts';
import { ends, violations } from './verdict.ts';

export interface FaultOptions {
  readonly seed: number;
  readonly commands: number;
  readonly projects: number;
  /** Mean time between two kills, ms. */
  readonly meanPauseMs: number;
  /** As many kills for each command that ended: where starting again takes longer than the pause, nothing else would happen. */
  readonly killsPerCommand: number;
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
const AHEAD = 60;
const FIRST_KILLS = 5;
const PROGRESS_MS = 10_000;

/** One run: commands over a real broker while parts are killed, then the verdict. Rejects when `signal` is aborted. */
export const runFaults = async (options: FaultOptions, signal: AbortSignal): Promise<FaultResult> => {
  const began = performance.now();
  const runId = `f${options.seed.toString(36)}${Date.now().toString(36)}`;
  const projects = Array.from({ length: options.projects }, (_, index) => `p${index}-${runId}`);
  const planned = planCommands(new Random(options.seed), { commands: options.commands, projects, image: 'busybox:1', runId });
  await using rig = await FaultRig.start(runId);
  const { events } = rig.kafka;
  const open = new Map(planned.map((command) => [command.id, command]));
  let seen = 0;
  const ended = (): number => {
    for (; seen < events.length; seen += 1) {
      const { causationId = '', type } = events[seen]!;
      const command = open.get(causationId);
      if (command !== undefined && ends(command.type, type)) open.delete(causationId);
    }
    return planned.length - open.size;
  };
  const counts: KillCounts = new Map();
  const kills = (): number => [...counts.values()].reduce((sum, count) => sum + count, 0);
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal });
  const enough = new AbortController();
  const mayKill = (): boolean => kills() < FIRST_KILLS + ended() * options.killsPerCommand;
  const killing = killAtRandom(rig, new Random(options.seed ^ 0x5eed), { meanPauseMs: options.meanPauseMs, heavy: options.heavy, mayKill, counts }, enough.signal);
  const progress = setInterval(() => options.onProgress(`${ended()} of ${planned.length} commands ended, ${kills()} kills`), PROGRESS_MS);
  try {
    for (const [index, command] of planned.entries()) {
      while (index - ended() >= AHEAD) await pause(50);
      await rig.kafka.produce(command);
    }
    // The last commands under fire too, but not for ever.
    const underFire = performance.now() + 20_000;
    while (ended() < planned.length && performance.now() < underFire) await pause(100);
    enough.abort();
    await killing;
    const deadline = performance.now() + options.settleMs;
    while ((ended() < planned.length || (await rig.waiting()) > 0) && performance.now() < deadline) await pause(200);
    // A second end of a command would come about now.
    await pause(3000);
    const found = violations(planned, events, await rig.state(projects), await rig.waiting());
    const parts = [rig.worker, ...rig.executors];
    return {
      commands: planned.length,
      ended: ended(),
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
