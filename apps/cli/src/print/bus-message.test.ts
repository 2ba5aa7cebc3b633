import { expect, test } from 'vitest';
import { describeMessage } from './bus-message.ts';

const message = (value: unknown, subject = 's') => ({ subject, data: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)) });

test('values of variables, passwords and files are not shown', () => {
  const deploy = { type: 'Deploy', commandId: 'c1', payload: { env_vars: { DB: 'hunter2' }, registry_auth: [{ password: 'hunter3' }], docker_stack_yml: 'x: hunter4' } };
  for (const subject of ['s', 'axion.cmd.swarm.shop']) {
    const described = describeMessage(message(deploy, subject));
    expect(JSON.stringify(described)).not.toMatch(/hunter/);
    expect(described.text).toContain('[DB]');
  }
});

test('of a command and an event a line says what matters; the rest is in the data', () => {
  expect(describeMessage(message({ type: 'Stop', commandId: 'c1', payload: { project_id: 'shop' }, retryAttempt: 0 }, 'axion.cmd.swarm.shop')).text).toBe('Stop c1 {"project_id":"shop"}');
  const event = { key: 'shop', body: { event_type: 'DeployProgress', causation_id: 'c1', payload: { project_id: 'shop', message: '1 of 2 services run' } } };
  expect(describeMessage(message(event, 'axion.evt.DeployProgress.shop'))).toEqual({ text: 'of c1: 1 of 2 services run', data: event });
});

test('what is not JSON is shown by its size', () => expect(describeMessage(message('\u0000abc')).text).toBe('[4 bytes]'));
