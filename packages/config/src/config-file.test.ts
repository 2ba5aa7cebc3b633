import { expect, test } from 'vitest';
import { loadConfig } from './load-config.ts';

const SEARCHED = ['/etc/axion/agent.toml', '/home/u/.axion/agent.toml', '/work/agent.toml'];

const fileOf = (files: readonly string[], argv: readonly string[] = [], env: Readonly<Record<string, string>> = {}): string | undefined =>
  loadConfig({ argv, env: { HOME: '/home/u', ...env }, cwd: '/work', readFile: (path) => (files.includes(path) ? '' : undefined) }).file;

test.each<[string, string | undefined, readonly string[], readonly string[], Readonly<Record<string, string>>]>([
  ['nothing there', undefined, [], [], {}],
  ['the system file comes first', SEARCHED[0], SEARCHED, [], {}],
  ["then the user's", SEARCHED[1], SEARCHED.slice(1), [], {}],
  ["then the folder's", SEARCHED[2], SEARCHED.slice(2), [], {}],
  ['AXION_CONFIG before them', '/x/env.toml', [...SEARCHED, '/x/env.toml'], [], { AXION_CONFIG: '/x/env.toml' }],
  ['an empty AXION_CONFIG is none', SEARCHED[0], SEARCHED, [], { AXION_CONFIG: '' }],
  ['--config before all', '/x/arg.toml', ['/x/env.toml', '/x/arg.toml'], ['run', '--config', '/x/arg.toml'], { AXION_CONFIG: '/x/env.toml' }],
  ['--config=FILE, from the folder', '/work/my.toml', ['/work/my.toml'], ['--config=my.toml'], {}],
  ['what follows -- is not ours', undefined, ['/x/arg.toml'], ['--', '--config', '/x/arg.toml'], {}],
])('%s', (_, expected, files, argv, env) => {
  expect(fileOf(files, argv, env)).toBe(expected);
});

test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
  ['/x/no.toml: there is no such file (named by --config)', ['--config', '/x/no.toml'], {}],
  ['/x/no.toml: there is no such file (named by AXION_CONFIG)', [], { AXION_CONFIG: '/x/no.toml' }],
  ['--config takes a file: --config FILE', ['--config'], {}],
  ['--config takes a file: --config FILE', ['--config', '--json'], {}],
])('%s', (message, argv, env) => {
  expect(() => fileOf([], argv, env)).toThrow(expect.objectContaining({ message, reason: 'CONFIG' }));
});

test('a file that cannot be read is named', () => {
  const readFile = (): never => {
    throw new Error('EACCES: permission denied');
  };
  expect(() => loadConfig({ env: {}, cwd: '/', readFile })).toThrow('/etc/axion/agent.toml: cannot be read: EACCES: permission denied');
});
