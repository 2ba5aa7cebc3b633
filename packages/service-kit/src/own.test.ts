import { expect, test } from 'vitest';
import { ownOn } from './own.ts';
import { createMetrics } from './process-metrics.ts';

test('resources are closed in whichever way they have, the last taken first', async () => {
  const closed: string[] = [];
  const stack = new AsyncDisposableStack();
  const own = ownOn(stack);
  const taken = own({ close: () => closed.push('by close') });
  own({ [Symbol.dispose]: () => void closed.push('by dispose') });
  own({ [Symbol.asyncDispose]: async () => void closed.push('by async dispose') });
  own('a thing', (thing) => closed.push(`by the way given for ${thing}`));
  expect(taken.close).toBeTypeOf('function');
  await stack.disposeAsync();
  expect(closed).toEqual(['by the way given for a thing', 'by async dispose', 'by dispose', 'by close']);
});

test('every process reports its uptime, CPU and memory by component', async () => {
  const metrics = await createMetrics('command-worker').getMetricsAsJSON();
  const values = Object.fromEntries(metrics.map(({ name, values: [first] }) => [name, first]));
  expect(Object.keys(values).sort()).toEqual(['agent_cpu_usage_percent', 'agent_memory_usage_bytes', 'agent_uptime_seconds']);
  for (const name of Object.keys(values)) expect(values[name]).toMatchObject({ labels: { component: 'command-worker' }, value: expect.any(Number) });
  expect(values['agent_memory_usage_bytes']?.value).toBeGreaterThan(1e6);
});
