import { expect, test } from 'vitest';
import type { EngineServiceSpec } from '@axion/compose';
import type { Service, Services } from '@axion/docker-engine';
import { restartOnce } from './restart.ts';

test('a service is restarted once for a command, however often it is executed, and again for the next', async () => {
  const { signal } = new AbortController();
  let updates = 0;
  let spec = { Name: 'n', TaskTemplate: { ForceUpdate: 3 } } as unknown as EngineServiceSpec;
  const services = {
    update: async (_service: unknown, next: EngineServiceSpec) => {
      updates += 1;
      spec = next;
      return [];
    },
  } as unknown as Services;
  const restart = (commandId: string): Promise<void> => restartOnce({ services }, [{ id: 's', version: 1, name: 'n', spec } as unknown as Service], commandId, signal);
  await restart('a');
  await restart('a');
  expect(updates).toBe(1);
  expect(spec.TaskTemplate.ForceUpdate).not.toBe(3);
  await restart('b');
  expect(updates).toBe(2);
  expect(Number.isSafeInteger(spec.TaskTemplate.ForceUpdate)).toBe(true);
});
