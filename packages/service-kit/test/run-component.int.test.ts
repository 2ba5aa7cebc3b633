import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ComponentProcess } from './component-process.ts';

test.each(['SIGTERM', 'SIGINT'] as const)('%s drains, stops in reverse, closes what is owned and exits with 0', async (signal) => {
  await using component = new ComponentProcess({});
  await component.said('ready');
  component.child.kill(signal);
  expect(await component.exit()).toEqual({ code: 0, signal: null });
  expect(component.messages).toEqual([
    'starting',
    'started first',
    'started second',
    'started third',
    'ready',
    'stopping; a second signal ends at once',
    'draining second',
    'drained first',
    'stopped third',
    'stopped second',
    'stopped first',
    'closed the resource',
    'stopped',
  ]);
  expect(component.stderr).toBe('');
});

test('a second signal ends at once', async () => {
  await using component = new ComponentProcess({ BEHAVE: 'hang-drain' });
  await component.said('ready');
  component.child.kill('SIGTERM');
  await component.said('draining second');
  component.child.kill('SIGTERM');
  expect(await component.exit()).toEqual({ code: 1, signal: null });
  expect(component.messages).not.toContain('stopped first');
});

test('a signal during the start cancels it and exits with 0', async () => {
  await using component = new ComponentProcess({ BEHAVE: 'slow-start' });
  await component.said('waiting in start');
  component.child.kill('SIGTERM');
  expect(await component.exit()).toEqual({ code: 0, signal: null });
  expect(component.messages).toContain('stopped first');
  expect(component.messages).not.toContain('ready');
});

test('a failing start stops what was started and exits with 1', async () => {
  await using component = new ComponentProcess({ BEHAVE: 'fail-start' });
  expect(await component.exit()).toEqual({ code: 1, signal: null });
  expect(component.messages).toEqual(['starting', 'started first', 'failed', 'drained first', 'stopped first', 'closed the resource', 'stopped']);
  expect(component.lines.find((line) => line.msg === 'failed')).toMatchObject({ level: 'fatal', err: { message: 'the port is taken' } });
  expect(component.stderr).toBe('');
});

test.each([
  { behave: 'throw-later', message: expect.stringContaining('JSON'), said: 'an error that nobody handled' },
  { behave: 'reject-later', message: 'nobody caught me', said: 'an error that nobody handled' },
  { behave: 'fail-later', message: 'no way on', said: 'failed' },
])('$behave is logged as fatal and exits with 1', async ({ behave, message, said }) => {
  await using component = new ComponentProcess({ BEHAVE: behave });
  expect(await component.exit()).toEqual({ code: 1, signal: null });
  expect(component.lines.find((line) => line.msg === said)).toMatchObject({ level: 'fatal', err: { message } });
  expect(component.stderr).toBe('');
});

test('a configuration that cannot be used is one line and exit code 78', async () => {
  await using component = new ComponentProcess({ AXION_AGENT__KAFKA__MAX_IN_FLIGHT: '0' });
  expect(await component.exit()).toEqual({ code: 78, signal: null });
  expect(component.stderr).toBe(
    'sample: environment: AXION_AGENT__KAFKA__MAX_IN_FLIGHT=0 is not allowed for kafka.max_in_flight; it takes a whole number from 1 to 10000 (messages)\n',
  );
  expect(component.raw).toEqual([]);
});

test('secrets reach no log line, whoever puts them there', async () => {
  await using component = new ComponentProcess({ AXION_AGENT__AGENT__TOKEN: 'enrol-"me"-123' });
  expect(await component.said('started second')).toMatchObject({ token: '[redacted]', nested: { password: '[redacted]' }, url: 'x?t=[redacted]' });
  expect(component.raw.join('\n')).not.toContain('enrol-');
});

test('text for people, and a file of its own that is rotated', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'axion-log-'));
  try {
    writeFileSync(join(dir, 'agent-sample.log'), `${'x'.repeat(1024 * 1024)}\n`);
    await using component = new ComponentProcess({
      AXION_AGENT__LOGGING__FORMAT: 'text',
      AXION_AGENT__LOGGING__FILE: join(dir, 'agent.log'),
      AXION_AGENT__LOGGING__MAX_SIZE_MB: '1',
      BEHAVE: 'fail-start',
    });
    expect(await component.exit()).toEqual({ code: 1, signal: null });
    expect(component.raw).toContainEqual(expect.stringMatching(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: sample: started first$/));
    expect(readdirSync(dir).sort()).toEqual(['agent-sample.log', 'agent-sample.log.1']);
    expect(readFileSync(join(dir, 'agent-sample.log'), 'utf8')).toContain('the port is taken');
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('a log file that cannot be written is told once and stops nothing', async () => {
  await using component = new ComponentProcess({ AXION_AGENT__LOGGING__FILE: '/etc/hostname/agent.log' });
  await component.said('ready');
  component.child.kill('SIGTERM');
  expect(await component.exit()).toEqual({ code: 0, signal: null });
  expect(component.messages.filter((msg) => msg.startsWith('log file '))).toHaveLength(1);
});
