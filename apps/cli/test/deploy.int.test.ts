import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkout, dockerEngine, sharedImage, spawnComponent, startBus, tempDir, uniqueName } from '@axion/testkit';
import type { ServerProcess, TempDir, TestBus } from '@axion/testkit';

let bus: TestBus;
let executor: ServerProcess;
let folder: TempDir;
let env: Record<string, string>;
let file: string;
const project = uniqueName('deploy').toLowerCase();

beforeAll(async () => {
  const engine = await dockerEngine();
  [bus, folder] = await Promise.all([startBus(), tempDir('deploy')]);
  env = {
    AXION_AGENT__BUS__URL: bus.url,
    AXION_AGENT__BUS__CREDENTIALS_DIR: bus.credentialsDir,
    AXION_AGENT__AGENT__DATA_DIR: join(folder.path, 'data'),
    AXION_AGENT__DOCKER__HOST: engine.host,
  };
  executor = await spawnComponent('swarm-executor', { env });
  file = join(folder.path, 'stack.yml');
  await writeFile(
    file,
    `services:\n  web:\n    image: ${sharedImage()}\n    command: [sh, -c, "eval \\"$\${RUN:-exec sleep 999}\\""]\n    environment: {RUN: "\${RUN:-}", PASSWORD: "\${PASSWORD}"}\n    stop_grace_period: 0s\n    deploy: {endpoint_mode: dnsrr, update_config: {monitor: 2s}}\n`,
  );
});
afterAll(async () => {
  await axion('bus', 'send', 'stop', '--project', project);
  await executor.stop();
  await bus[Symbol.asyncDispose]();
  await folder.remove();
});

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const axion = (...args: readonly string[]): Promise<Ran> => {
  const { promise, resolve } = Promise.withResolvers<Ran>();
  const { AXION_CONFIG: _, ...outer } = process.env;
  const child = execFile(process.execPath, [join(checkout, 'apps/cli/src/main.ts'), ...args], { env: { ...outer, ...env, NO_COLOR: '1' } }, (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }));
  return promise;
};

test('a plan is shown and changes nothing, a deployment is followed to its end, the next plan is empty', async () => {
  const planned = await axion('deploy', file, '--project', project, '--env', 'PASSWORD=hunter2', '--plan');
  expect(planned).toMatchObject({ code: 0, stderr: '' });
  expect(planned.stdout).toBe(`+ create network axion-${project}_default\n+ create service axion-${project}_web\n2 changes\n`);
  const deployed = await axion('deploy', file, '--project', project, '--env', 'PASSWORD=hunter2');
  expect(deployed.code).toBe(0);
  expect(deployed.stdout).toMatch(/DeployStarted[^]*\+ create service [^]*DeployCompleted +\S+ 1 services? runs?/);
  const again = JSON.parse((await axion('--json', 'deploy', '-c', file, '--project', project, '--env', 'PASSWORD=hunter2', '--plan')).stdout) as { plan: unknown };
  expect(again.plan).toEqual([]);
  const changed = await axion('deploy', file, '--project', project, '--env', 'PASSWORD=hunter3', '--plan');
  expect(changed.stdout).toContain(`~ update service axion-${project}_web (TaskTemplate.ContainerSpec.Env.PASSWORD)\n`);
  expect(JSON.stringify([planned, deployed, again, changed])).not.toContain('hunter');
});

test('a deployment that fails says why, with what the container said last, and ends with 1', async () => {
  const env1 = join(folder.path, 'broken.env');
  await writeFile(env1, 'PASSWORD=hunter2\nRUN=echo no database; exit 4\n');
  const failed = await axion('deploy', file, '--project', project, '--env-file', env1);
  expect(failed.code).toBe(1);
  expect(failed.stdout).toMatch(/DeployFailed[^\n]*non-zero exit \(4\)[^\n]*no database\n  \| no database\n/);
});

test('a file that is not there is a fault of usage', async () => {
  expect(await axion('deploy', 'nowhere.yml', '--project', project)).toMatchObject({ code: 2, stderr: expect.stringContaining('nowhere.yml') as string });
});
