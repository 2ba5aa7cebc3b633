import { expect, test } from 'vitest';
import { AxionError } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import { fencedEngine } from './fenced-engine.ts';

const port = (calls: string[], kind: string): object =>
  Object.fromEntries(['list', 'inspect', 'create', 'update', 'remove', 'info', 'init', 'join', 'leave'].map((verb) => [verb, async () => void calls.push(`${kind}.${verb}`)]));

test('after the lease is lost nothing more is written, and reading goes on', async () => {
  const calls: string[] = [];
  let held = true;
  const kinds = ['services', 'networks', 'secrets', 'configs', 'containers', 'swarm'] as const;
  const engine = fencedEngine(Object.fromEntries(kinds.map((kind) => [kind, port(calls, kind)])) as unknown as Engine, () => {
    if (!held) throw new AxionError('ABORTED', 'lost', { reason: 'LEASE_LOST' });
  });
  await engine.services.remove('x');
  expect(calls).toEqual(['services.remove']);
  held = false;
  const refused = { reason: 'LEASE_LOST' };
  for (const kind of ['services', 'networks', 'secrets', 'configs'] as const) {
    await expect(engine[kind].create({} as never, undefined as never)).rejects.toMatchObject(refused);
    await expect(engine[kind].remove('x')).rejects.toMatchObject(refused);
  }
  await expect(engine.containers.remove('x')).rejects.toMatchObject(refused);
  await expect(engine.services.update({ id: 'x', version: 1 }, {} as never, undefined)).rejects.toMatchObject(refused);
  await expect(engine.swarm.leave({ force: true })).rejects.toMatchObject(refused);
  await engine.services.list();
  await engine.swarm.info();
  expect(calls).toEqual(['services.remove', 'services.list', 'swarm.info']);
});
