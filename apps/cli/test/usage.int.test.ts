import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const AXION = join(import.meta.dirname, '..', 'src', 'main.ts');

const axion = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const { promise, resolve } = Promise.withResolvers<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>();
  const child = execFile(process.execPath, [AXION, ...args], { env: { ...process.env, ...env } }, (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }));
  return promise;
};

test('whoever mistypes is told in a line what was meant and where help is; the exit code is 2', async () => {
  const [command, option, name, file] = await Promise.all([
    axion(['stauts']),
    axion(['bus', 'send', '--projcet', 'x']),
    axion(['run', 'swarm-executer']),
    axion(['bus', 'send', 'deploy', '/no/stack.yml', '--project', 'x']),
  ]);
  expect(command).toEqual({ code: 2, stdout: '', stderr: "axion: unknown command 'stauts'; did you mean status?\n(axion --help shows how)\n" });
  expect(option).toEqual({ code: 2, stdout: '', stderr: "axion: unknown option '--projcet'; did you mean --project?\n(axion bus send --help shows how)\n" });
  expect(name.stderr).toContain('; did you mean "swarm-executor"?\n');
  expect(file).toEqual({ code: 2, stdout: '', stderr: 'axion: /no/stack.yml: there is no such file\n' });
});

test('all that is wrong with a configuration is told at once; the exit code is 78', async () => {
  const checked = await axion(['config', 'check'], { AXION_AGENT__HEALTH__PORT: 'many', AXION_AGENT__BUS__MAX_STORE_MB: '-1' });
  expect(checked).toMatchObject({ code: 78, stdout: '' });
  expect(checked.stderr.match(/^axion: environment: AXION_AGENT__\w+=\S+ is not allowed/gm)).toHaveLength(2);
});
