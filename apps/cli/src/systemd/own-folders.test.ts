import { expect, test } from 'vitest';
import { loadConfig } from '@axion/config';
import { requireOwnFolders } from './own-folders.ts';

const check = (toml: string, env: Readonly<Record<string, string>> = {}): void =>
  requireOwnFolders(loadConfig({ env, cwd: '/', readFile: (path) => (path === '/agent.toml' ? toml : undefined) }).config);

test.each([
  '',
  '[agent]\ndata_dir = "/srv/shared"',
  '[agent]\ndata_dir = "/axion"\nprojects_dir = "/srv/projects/"',
  '[logging]\nfile = "/var/log/axion/agent.log"',
  '[logging]\nfile = "/var/log/my-axion-logs/agent.log"',
  '[agent]\ndata_dir = "/srv/shared"\n[logging]\nfile = "/srv/shared/logs/agent.log"',
])('folders of the agent’s own are taken: %j', (toml) => {
  expect(() => check(toml)).not.toThrow();
});

test.each(['/', '/var', '/var/lib', '/var/lib/', '/srv', '/home', '/etc/axion', '/opt/axion', '/proc/1', '/var/lib//docker'])('data_dir = %j is refused', (folder) => {
  expect(() => check(`[agent]\ndata_dir = "${folder}"`)).toThrow(/^agent\.data_dir = .* give the agent one of its own, e\.g\. \/.*axion$/);
});

test('so is the folder that the state of a Persys agent leads to', () => {
  expect(() => check('', { PERSYS_STATE_PATH: '/var/lib/state.db' })).toThrow('agent.data_dir = "/var/lib"');
});

test.each(['/var/log/axion-agent.log', '/agent.log', '/var/lib/axion/agent.log', '/etc/axion/agent.log', '/srv/axion/../shared/agent.log'])('logging.file = %j is refused', (file) => {
  expect(() => check(`[logging]\nfile = "${file}"`)).toThrow(/logging\.file.*(\/var\/log\/axion\/agent\.log|without)/);
});

test('everything that is wrong is told at once', () => {
  expect(() => check('[agent]\nprojects_dir = "/srv"\n[workloads]\nvolumes_dir = "/mnt"')).toThrow(/^agent\.projects_dir = "\/srv" .*\(and 1 more/);
});
