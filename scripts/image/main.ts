// The container image, really built and run; `scripts/test-image.mjs` is the way in.
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { waitFor } from '@axion/testkit';
import { tool } from '../bundle/tool.ts';
import { openDocker } from '../session/docker.ts';
import { runSession } from '../session/session.ts';
import { root } from '../setup/paths.mjs';
import { say, step } from '../setup/progress.mjs';

const { values } = parseArgs({ options: { bundle: { type: 'string', default: join(root, 'dist/bundle') } } });

process.exitCode = await runSession(async ({ id, signal, stack, ...session }) => {
  const bundle = resolve(values.bundle);
  const archive = (await readdir(bundle).catch(() => [])).find((file) => file.endsWith(`-linux-${process.arch}.tar.gz`));
  if (archive === undefined) throw new Error(`There is no bundle in ${bundle}: run "npm run bundle" first`);
  const { registry } = await openDocker({ id, signal, stack, ...session });
  const docker = (...args: readonly string[]): Promise<string> => tool('docker', args, { env: { DOCKER_BUILDKIT: '0' }, signal });
  const base = `${registry}/debian:bookworm-slim`;
  const image = `${registry}/axion-agent:test-${id}`;
  const container = `axion-test-${id}`;
  const work = await mkdtemp(join(tmpdir(), 'axion-image-'));
  stack.defer(() => rm(work, { recursive: true, force: true }));

  await step('A base image with debootstrap, pushed to the registry and pulled from there', async () => {
    await tool('debootstrap', ['--variant=minbase', '--include=tini', 'bookworm', join(work, 'base')], { signal });
    await tool('tar', ['-C', join(work, 'base'), '--exclude=./var/cache/apt/archives/*.deb', '-cf', join(work, 'base.tar'), '.'], { signal });
    await docker('import', join(work, 'base.tar'), base);
    stack.defer(() => void docker('rmi', '-f', base).catch(() => ''));
    await docker('push', '-q', base);
  });
  await step('Building the image', async () => {
    const context = join(work, 'context');
    await tool('mkdir', [context]);
    for (const file of [archive, 'SHA256SUMS']) await copyFile(join(bundle, file), join(context, file));
    await docker('build', '-q', '--label', `dev.axion.test=${id}`, '--build-arg', `BASE=${base}`, '--build-arg', `BUNDLE=${archive}`, '-t', image, '-f', join(root, 'deploy/docker/Dockerfile'), context);
    stack.defer(() => void docker('rmi', '-f', image).catch(() => ''));
  });
  const began = performance.now();
  await docker('run', '-d', '--name', container, '--label', `dev.axion.test=${id}`, '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '-v', `${new URL(process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').pathname}:/var/run/docker.sock`, '-e', 'AXION_AGENT__KAFKA__ENABLED=false', '-e', 'AXION_AGENT__CONTROL_PLANE__ENABLED=false', image);
  stack.defer(() => void docker('rm', '-fv', container).catch(() => ''));
  const status = await step('Waiting until it is ready', () =>
    waitFor(
      async () => {
        const text = await docker('exec', container, 'axion', '--json', 'status');
        return text.includes('"ready":true') && text;
      },
      { what: 'the agent in the container', timeoutMs: 60_000, intervalMs: 250 },
    ),
  );
  say(`  ready after ${((performance.now() - began) / 1000).toFixed(1)} s: ${(JSON.parse(status) as { status: string }).status}`);

  await step('An orphan is reaped', async () => {
    await docker('exec', container, 'sh', '-c', '(sh -c "sleep 0.2 & exec true") ');
    await waitFor(async () => !/^\d+ \(sleep\)/m.test(await docker('exec', container, 'sh', '-c', 'cat /proc/[0-9]*/stat')), { what: 'no zombie to be left' });
  });
  await step('SIGTERM ends it in order', async () => {
    await docker('stop', '-t', '30', container);
    const [code, killed] = (await docker('inspect', '-f', '{{.State.ExitCode}} {{.State.OOMKilled}}', container)).trim().split(' ');
    const log = await tool('sh', ['-c', `docker logs ${container} 2>&1 | tail -n 3`]);
    if (code !== '0' || killed !== 'false' || !log.includes('the agent has stopped')) throw new Error(`it ended with ${code}: ${log}`);
  });
  say('The image builds, starts, is healthy, reaps and stops.');
  return 0;
});
