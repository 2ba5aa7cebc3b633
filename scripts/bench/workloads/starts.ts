import { waitFor } from '@axion/testkit';
import { startedAt } from './agent-rig.ts';
import type { AgentRig } from './agent-rig.ts';
import { dockerRemove, dockerRun, inTurn } from './docker-run.ts';

export interface Pairs {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

const remove = (rig: AgentRig, ids: readonly string[]): Promise<void> => inTurn(ids, 8, (id) => rig.delete(id));

/** From sent to started by the engine's own clock, one at a time and in turn with `docker run -d`. Milliseconds. */
export const singleStarts = async (rig: AgentRig, rounds: number): Promise<Pairs> => {
  const [ours, theirs]: [number[], number[]] = [[], []];
  const measure = async (into: number[], name: string, start: () => Promise<unknown>): Promise<void> => {
    const sent = Date.now();
    await start();
    into.push((await startedAt(rig.engine, name)) - sent);
  };
  // The first ones find the image and the engine's caches cold.
  for (let round = -2; round < rounds; round += 1) {
    const [own, plain] = [`${rig.prefix}-own${round + 2}`, `${rig.prefix}-plain${round + 2}`];
    await measure(round < 0 ? [] : theirs, plain, () => dockerRun(rig, plain));
    await measure(round < 0 ? [] : ours, own, () => rig.apply(own, 'r1'));
    await Promise.all([dockerRemove(rig, [plain]), rig.delete(own)]);
  }
  return { ours, theirs };
};

/** From the first one sent to the last one started: all applies at once, against `docker run -d` in a loop of eight. Milliseconds. */
export const burstStarts = async (rig: AgentRig, count: number, rounds: number): Promise<Pairs> => {
  const [ours, theirs]: [number[], number[]] = [[], []];
  const last = async (names: readonly string[], sent: number): Promise<number> => {
    const times: number[] = [];
    await inTurn(names, 8, async (name) => times.push(await startedAt(rig.engine, name)));
    return Math.max(...times) - sent;
  };
  for (let round = 0; round < rounds; round += 1) {
    const names = (kind: string): readonly string[] => Array.from({ length: count }, (_, index) => `${rig.prefix}-${kind}${round}-${index}`);
    const plain = names('loop');
    const began = Date.now();
    await inTurn(plain, 8, (name) => dockerRun(rig, name));
    theirs.push(await last(plain, began));
    await dockerRemove(rig, plain);

    const own = names('burst');
    const sent = Date.now();
    await Promise.all(own.map((id) => rig.apply(id, 'r1')));
    await Promise.all(own.map((id) => waitFor(async () => (await rig.apply(id, 'r1')).skipped, { what: `${id} to be applied`, timeoutMs: 120_000, intervalMs: 250 })));
    ours.push(await last(own, sent));
    await remove(rig, own);
  }
  return { ours, theirs };
};

/** Applies of what is so already: how many a second are answered. */
export const skippedRate = async (rig: AgentRig, seconds: number): Promise<number> => {
  const ids = Array.from({ length: 10 }, (_, index) => `${rig.prefix}-same${index}`);
  for (const id of ids) await rig.apply(id, 'r1');
  let answered = 0;
  const began = performance.now();
  const until = began + seconds * 1000;
  await Promise.all(
    Array.from({ length: 64 }, async (_, index) => {
      while (performance.now() < until) {
        const { skipped, message } = await rig.apply(ids[index % ids.length]!, 'r1');
        if (!skipped) throw new Error(`not skipped: ${message}`);
        answered += 1;
      }
    }),
  );
  const rate = answered / ((performance.now() - began) / 1000);
  await remove(rig, ids);
  return rate;
};
