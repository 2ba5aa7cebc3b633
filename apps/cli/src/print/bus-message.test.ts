import { expect, test } from 'vitest';
import { describeMessage } from './bus-message.ts';

const message = (value: unknown) => ({ subject: 's', headers: {}, data: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)) });

test('values of variables, passwords and files are not shown', () => {
  const { text } = describeMessage(message({ type: 'Deploy', payload: { env_vars: { DB: 'hunter2' }, registry_auth: [{ password: 'hunter3' }], docker_stack_yml: 'x: hunter4' } }));
  expect(text).not.toMatch(/hunter/);
  expect(text).toContain('[DB]');
});

test('what is not JSON is shown by its size', () => expect(describeMessage(message('\u0000abc')).text).toBe('[4 bytes]'));
