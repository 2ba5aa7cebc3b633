import { expect, test } from 'vitest';
import { loadConfig } from '@axion/config';
import { requireOwnFolders } from './own-folders.ts';

const check = (toml: string, env: Readonly<Record<string, string>> = {}): void =>
  requireOwnFolders(loadConfig({ env, cwd: '/', readFile: (path) => (path === '/agent.toml' ? toml : undefined) }).config);

test.each([
  '',
  '[agent]\ndata_dir = "/srv/shared"',
  '[agent]\ndata_dir = "/axion"\nprojects_dir = "/srv/projects/"',
  '[agent]\ndata_dir = "/homes/axion"',
  '[workloads]\nvolumes_dir = "/srv/volumes"\n[bus]\nstore_dir = "/var/lib/axion/bus/streams"',
  '[logging]\nfile = "/var/log/axion/agent.log"',
  '[logging]\nfile = "/var/log/my-axion-logs/agent.log"',
  '[agent]\ndata_dir = "/srv/shared"\n[logging]\nfile = "/srv/shared/logs/agent.log"',
])('folders of the agent’s own are taken: %j', (toml) => {
  expect(() => check(toml)).not.toThrow();
});

test.each(['/', '/var', '/var/lib', '/var/lib/', '/srv', '/etc/axion', '/opt/axion', '/proc/1', '/var/lib//docker'])('data_dir = %j is refused', (folder) => {
  expect(() => check(`[agent]\ndata_dir = "${folder}"`)).toThrow(/^agent\.data_dir = .* give the agent one of its own, e\.g\. \/.*axion$/);
});

test.each(['/home', '/home/me/axion', '/root/axion', '/tmp/axion', '/var/tmp/axion', '/run/user/1000/axion', '/tmp'])('the units cannot see data_dir = %j', (folder) => {
  expect(() => check(`[agent]\ndata_dir = "${folder}"`)).toThrow(`agent.data_dir = "${folder}" cannot be seen by the units, which have no home folders and a /tmp of their own; name one elsewhere, e.g. /var/lib/axion`);
});

test.each(['[agent]\nprojects_dir = "/home/axion/projects"', '[workloads]\nvolumes_dir = "/root/volumes"', '[logging]\nfile = "/var/tmp/axion/agent.log"'])('nor %j', (toml) => {
  expect(() => check(toml)).toThrow('cannot be seen by the units');
});

test.each([
  ['[agent]\ndata_dir = "/srv/axion"\nprojects_dir = "/srv/axion"', 'agent.projects_dir = "/srv/axion" holds agent.data_dir'],
  ['[workloads]\nvolumes_dir = "/var/lib/axion"', 'workloads.volumes_dir = "/var/lib/axion" holds agent.data_dir'],
  ['[agent]\ndata_dir = "/srv/axion/data"\n[workloads]\nvolumes_dir = "/srv/axion"', 'give it a folder of its own, e.g. /srv/axion/data/volumes'],
  ['[workloads]\nvolumes_dir = "/var/lib/axion/bus"', 'workloads.volumes_dir = "/var/lib/axion/bus" and /var/lib/axion/bus, which one'],
  ['[workloads]\nvolumes_dir = "/var/lib/axion/bus/store/volumes"', 'and /var/lib/axion/bus, which one'],
  ['[agent]\nprojects_dir = "/var/lib/axion/swarm"', 'agent.projects_dir = "/var/lib/axion/swarm" and'],
  ['[workloads]\nvolumes_dir = "/opt/axion/projects/v"', 'workloads.volumes_dir = "/opt/axion/projects/v" and agent.projects_dir = "/opt/axion/projects" lie in one another'],
  ['[logging]\nfile = "/var/lib/axion/bus/agent.log"', 'logging.file = "/var/lib/axion/bus/agent.log" would make /var/lib/axion/bus over'],
  ['[agent]\ndata_dir = "/srv/axion/data"\n[logging]\nfile = "/srv/axion/agent.log"', 'would make /srv/axion over'],
])('a folder may not hold what is another’s, or lie in it: %j', (toml, problem) => {
  expect(() => check(toml)).toThrow(problem);
});

test.each([
  ['[bus]\nstore_dir = "/fast/axion"', 'bus.store_dir = "/fast/axion" is not in /var/lib/axion/bus, the folder that the unit of the bus writes to; leave it out or name one in there, e.g. /var/lib/axion/bus/store'],
  ['[bus]\ncredentials_dir = "/etc/axion/keys"', 'bus.credentials_dir = "/etc/axion/keys" is not in /var/lib/axion/bus'],
  ['[bus]\nstore_dir = "/var/lib/axion/bus"', 'bus.store_dir = "/var/lib/axion/bus" is not in'],
  ['[bus]\nstore_dir = "/var/lib/axion/bus/credentials"', 'lie in one another'],
])('the bus keeps to its folder: %j', (toml, problem) => {
  expect(() => check(toml)).toThrow(problem);
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
