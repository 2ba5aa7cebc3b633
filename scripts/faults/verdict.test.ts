import { expect, test } from 'vitest';
import { Random } from './random.ts';
import { planCommands } from './scenario.ts';
import { violations } from './verdict.ts';
import type { SeenEvent } from './verdict.ts';

const planned = planCommands(new Random(7), { commands: 60, projects: ['a', 'b', 'c'], image: 'i', runId: 'r' });
const goodEvents: readonly SeenEvent[] = planned.map(({ id, terminal }, offset) => ({ partition: 0, offset, id: `e${offset}`, type: terminal, causationId: id }));
const goodState = new Map(planned.map(({ project, intent }) => [project, intent]));

test('one seed, one scenario', () => {
  expect(planCommands(new Random(7), { commands: 60, projects: ['a', 'b', 'c'], image: 'i', runId: 'r' })).toEqual(planned);
});

test('kept promises give no violation', () => expect(violations(planned, goodEvents, goodState, 0)).toEqual([]));

test.each([
  ['a lost end', goodEvents.slice(1), '0 terminal events'],
  ['a second end', [...goodEvents, { ...goodEvents[0]!, offset: 999 }], '2 terminal events'],
  ['another end', goodEvents.map((event, index) => (index === 0 ? { ...event, type: event.type === 'DeployCompleted' ? 'DeployFailed' : event.type === 'StatusReport' ? 'ErrorReport' : 'DeployCompleted' } : event)), 'instead of'],
  ['ends in another order', goodEvents.map((event) => ({ ...event, offset: -event.offset })), 'stands before'],
])('%s is found', (_what, events, text) => expect(violations(planned, events, goodState, 0).join('\n')).toContain(text));

test('another state and waiting commands are found', () => {
  const [project] = goodState.keys();
  const state = new Map(goodState).set(project!, { revision: 'other', replicas: 9 });
  expect(violations(planned, goodEvents, state, 2)).toEqual([expect.stringContaining('on the engine'), '2 commands still wait on the bus']);
});
