import type { CommandRun } from '@axion/bus';
import type { NodeHold } from '@axion/contracts';
import type { Tracer } from '@axion/tracing';
import { expect, test } from 'vitest';
import type { Workshop } from '../deployment/workshop.ts';
import { executeCommand } from './handlers.ts';

const hold: NodeHold = { since: '2026-01-01T12:00:00.000Z', reason: 'a new disk' };
const run = (type: string, timestamp: string): CommandRun => ({ command: { type, timestamp, headers: {}, payload: {} } }) as unknown as CommandRun;
/** There is no engine here: what is not refused fails in words of its own. */
const execute = (asked: CommandRun, held: NodeHold | undefined): Promise<unknown> => Promise.resolve(executeCommand({} as Workshop, {} as Tracer, () => held)(asked));

test('a drained node takes no deployment that was sent since, and says why', async () => {
  await expect(execute(run('Deploy', '2026-01-01T12:00:01Z'), hold)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'NODE_DRAINING', retryable: false, message: expect.stringContaining('(a new disk)') as string });
});

test.each([
  ['a deployment that was sent before', run('Deploy', '2026-01-01T11:59:59Z'), hold],
  ['whatever keeps what is there', run('Scale', '2026-01-01T12:00:01Z'), hold],
  ['a deployment after it is over', run('Deploy', '2026-01-01T12:00:01Z'), undefined],
])('%s is done', async (_, asked, held) => {
  const thrown: unknown = await execute(asked, held).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(Error);
  expect(thrown).not.toMatchObject({ reason: 'NODE_DRAINING' });
});
