import { expect, test } from 'vitest';
import type { QueuedCommand } from '../bus.ts';
import { CommandLog } from './command-log.ts';

const scene = () => {
  const lines: unknown[] = [];
  const to = (level: string) => (details: object, text: string) => void lines.push({ level, text, ...details });
  return { lines, log: new CommandLog({ debug: to('debug'), info: to('info'), warn: to('warn'), error: to('error') }) };
};
const command = (type: string, more: object = { projectId: 'shop' }): QueuedCommand => ({ commandId: 'c1', type, key: 'k', payload: { password: 'geheim' }, ...more }) as unknown as QueuedCommand;

test('what changes something is told at its beginning and its end, without its payload', () => {
  const { lines, log } = scene();
  log.begins(command('Stop'));
  log.ended(command('Stop'), { ok: false, payload: { message: 'no engine', password: 'geheim' } }, 1.23456);
  log.ended(command('ApplyWorkload', {}), { ok: true, payload: {} }, 0);
  expect(lines).toEqual([
    { level: 'info', text: 'command begins', command: 'c1', type: 'Stop', project: 'shop' },
    { level: 'info', text: 'command failed', command: 'c1', type: 'Stop', project: 'shop', outcome: 'failed', seconds: 1.235, error: 'no engine' },
    { level: 'info', text: 'command completed', command: 'c1', type: 'ApplyWorkload', key: 'k', outcome: 'completed', seconds: 0 },
  ]);
});

test('a question is told for debugging, and what is handed back says why', () => {
  const { lines, log } = scene();
  log.begins(command('GetStatus'));
  log.handedBack(command('Deploy'), new Error('the process stops'), 2);
  expect(lines).toEqual([expect.objectContaining({ level: 'debug' }), { level: 'info', text: 'command handed back', command: 'c1', type: 'Deploy', project: 'shop', outcome: 'handed_back', seconds: 2, reason: 'the process stops' }]);
});
