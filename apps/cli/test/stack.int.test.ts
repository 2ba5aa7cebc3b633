import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { dockerEngine, sharedImage, tempDir, uniqueName } from '@axion/testkit';

const run = promisify(execFile);
const AXION = join(import.meta.dirname, '..', 'src', 'main.ts');
const axion = (...args: string[]) => run(process.execPath, [AXION, 'stack', ...args]);

const stackFile = (command: string): string => JSON.stringify({ services: { web: { image: sharedImage(), command, init: true, deploy: { replicas: 2, endpoint_mode: 'dnsrr', update_config: { monitor: '500ms' } } } } });

// Eight starts of the command line from source: much, where the machine does other things too.
test('a stack is deployed, waited for, shown and removed as docker stack does it', { timeout: 240_000 }, async () => {
  await dockerEngine();
  await using folder = await tempDir('stack');
  const name = uniqueName('stack');
  const file = join(folder.path, 'stack.json');
  await writeFile(file, stackFile('sleep 1000'));
  onTestFinished(async () => void (await axion('rm', name).catch(() => {})));

  const deployed = await axion('deploy', '-c', file, '--detach=false', name);
  expect(deployed.stdout).toContain(`Creating network ${name}_default\nCreating service ${name}_web\n`);
  expect(deployed.stderr).toBe('');
  const services = JSON.parse((await axion('services', name, '--json')).stdout) as { name: string; replicas: string }[];
  expect(services).toMatchObject([{ name: `${name}_web`, replicas: '2/2' }]);
  expect((await axion('ps', name)).stdout).toContain(`${name}_web.2`);
  expect((await axion('ls')).stdout).toMatch(new RegExp(`${name} +1`));
  expect((await axion('deploy', '-c', file, name)).stdout).toMatch(new RegExp(`^Updating service ${name}_web \\(id: \\w+\\)\n$`));
  expect((await axion('rm', name)).stdout).toBe(`Removing service ${name}_web\nRemoving network ${name}_default\n`);
});

test('waiting for a stack that cannot run ends with the reason, as the executor tells it', async () => {
  await dockerEngine();
  await using folder = await tempDir('stack');
  const name = uniqueName('stack');
  const file = join(folder.path, 'stack.json');
  const web = { image: sharedImage(), command: ['sh', '-c', 'echo no database; exit 3'], deploy: { endpoint_mode: 'dnsrr', restart_policy: { condition: 'any', delay: '200ms' } } };
  await writeFile(file, JSON.stringify({ services: { web } }));
  onTestFinished(async () => void (await axion('rm', name).catch(() => {})));
  await expect(axion('deploy', '-c', file, '--detach=false', name)).rejects.toMatchObject({ code: 1, stderr: 'axion: service web: task: non-zero exit (3); its last words: no database\n' });
});

test('what the engine refuses is a failure, not usage', async () => {
  await dockerEngine();
  await using folder = await tempDir('stack');
  const name = uniqueName('stack');
  const file = join(folder.path, 'stack.json');
  const port = { target: 80, published: 18_080, mode: 'host' };
  await writeFile(file, JSON.stringify({ services: { web: { image: sharedImage(), ports: [port, { ...port, target: 81 }], deploy: { endpoint_mode: 'dnsrr' } } } }));
  onTestFinished(async () => void (await axion('rm', name).catch(() => {})));
  await expect(axion('deploy', '-c', file, name)).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/^axion: failed to create service .*duplicate published ports provided/) as string });
});

test('a file that cannot be used is refused with file, line and key, and nothing is made', async () => {
  await using folder = await tempDir('stack');
  const file = join(folder.path, 'stack.yml');
  await writeFile(file, 'services:\n  web:\n    imagee: x\n');
  await expect(axion('deploy', '-c', file, uniqueName('stack'))).rejects.toMatchObject({ code: 1, stderr: `axion: ${file}:3: services.web Additional property imagee is not allowed\n` });
});
