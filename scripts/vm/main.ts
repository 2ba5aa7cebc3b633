// The release on a real server; `scripts/test-vm.mjs` is the way in.
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { startKafka, tinyGuest } from '@axion/testkit';
import { toToml } from '../dev/surroundings.ts';
import { startPlane } from '../session/plane.ts';
import { runSession } from '../session/session.ts';
import { root } from '../setup/paths.mjs';
import { say, step } from '../setup/progress.mjs';
import { forward, PATIENCE, PREPARE_DOCKER } from './guest.ts';
import { KafkaSide } from '../session/kafka-side.ts';
import { Load } from './load.ts';
import { Machine } from './machine.ts';
import { archiveIn, breakBundle, buildAs, signSums } from './releases.ts';
import { Report } from './report.ts';
import { fullDisk, readOnlyStore } from './scenes/disks.ts';
import { faults } from './scenes/faults.ts';
import { failedInstall, firstInstall, installation, updates, wrongToken } from './scenes/installation.ts';
import { operator } from './scenes/operator.ts';
import { powerCuts } from './scenes/power-cuts.ts';
import { removal } from './scenes/removal.ts';
import { volumes } from './scenes/volumes.ts';
import { workloads } from './scenes/workloads.ts';
import { STORAGE_PACKAGES } from './storage.ts';
import { COMPOSE_PLUGIN } from './workloads.ts';

/** What is done after the installation, in this order unless another is asked for. */
const SCENES = ['installation', 'updates', 'workloads', 'volumes', 'faults', 'read-only', 'full-disk', 'cuts', 'operator', 'removal'] as const;

const { values } = parseArgs({
  options: {
    bundle: { type: 'string', default: join(root, 'dist/bundle') },
    /** A later version's bundle; built where none is given. */
    next: { type: 'string' },
    scenes: { type: 'string', default: SCENES.join(',') },
    cuts: { type: 'string', default: '10' },
    machine: { type: 'string', default: 'vm' },
    page: { type: 'string' },
    work: { type: 'string' },
  },
});
const sceneOf = (name: string): (typeof SCENES)[number] => {
  const found = SCENES.find((scene) => scene === name);
  if (found === undefined) throw new Error(`--scenes ${name}: there is no such scene; there are ${SCENES.join(', ')}`);
  return found;
};

// Before the session has a folder of its own for what is temporary: this one is kept.
const tmp = tmpdir();
const MACHINES: Readonly<Record<string, string>> = {
  vm: 'Debian 12 in QEMU without hardware virtualisation (everything takes ten to thirty times as long)',
  uml: 'Debian 12 on User Mode Linux (a kernel and a disk of its own; a power cut loses what was not flushed)',
  container: 'Debian 12 in a container (systemd-nspawn) with systemd as its first process and a Docker engine of its own',
};

process.exitCode = await runSession(async (session) => {
  const bundle = resolve(values.bundle);
  const archive = await archiveIn(bundle, '.tar.zst');
  const scenes = new Set(values.scenes.split(',').map(sceneOf));
  const folder = join(tmpdir(), 'vm');
  await mkdir(folder, { recursive: true });
  // Done while the server boots and is installed.
  const [next, broken] = [resolve(values.next ?? join(folder, 'next')), join(folder, 'broken')];
  const prepare = async (): Promise<string> => {
    if (values.next === undefined) await buildAs(`${archive.split('-')[1]}-next`, next, session.signal);
    return breakBundle(next, broken, session.signal);
  };
  const later = scenes.has('updates') ? prepare() : undefined;
  later?.catch(() => undefined);
  const head = `Written by \`npm run test:vm${values.machine === 'vm' ? '' : ` -- --machine ${values.machine}`}\` on ${new Date().toISOString().slice(0, 10)}: ${MACHINES[values.machine] ?? values.machine}, ${archive}, scenes ${[...scenes].join(', ')}. A run that was cut short ends with its last step.`;
  const report = new Report(resolve(values.page ?? join(root, 'docs/results', `${values.machine}.md`)), head, session.signal);
  const kafka = session.stack.use(await startKafka());
  const plane = await startPlane(folder, session.stack);
  const kafkaPort = Number(kafka.address.split(':')[1]);
  const work = resolve(values.work ?? join(tmp, `axion-${values.machine}`));
  say(`Booting a server in ${work}`);
  const machine = session.stack.use(await Machine.boot({ script: process.env['AXION_VM_TESTBED']!, folder: work, name: `axion${session.id}`, packages: scenes.has('volumes') ? STORAGE_PACKAGES : [], onLine: say }, session.signal));
  const vms = (await machine.sh('command -v virsh || :')) !== '';
  const settings = {
    kafka: { brokers: [`127.0.0.1:${kafkaPort}`] },
    control_plane: { grpc_url: `http://127.0.0.1:${plane.grpcPort}` },
    local: { enabled: true },
    // Where everything is emulated, the processors have always much to do.
    workloads: { vm: vms, max_cpu_percent: 100 },
  };
  await writeFile(join(folder, 'agent.toml'), toToml(settings));
  await writeFile(join(folder, 'boot.raw'), tinyGuest());
  await writeFile(join(folder, 'writer.raw'), tinyGuest({ writes: true }));
  const ours = [join(folder, 'agent.toml'), join(folder, 'boot.raw'), join(folder, 'writer.raw'), plane.tokenFile, process.env['AXION_TEST_REGISTRY_BINARY']!, process.env['AXION_TEST_COMPOSE']!];
  await machine.copy([join(bundle, archive), ...(await signSums(bundle, join(folder, 'signed'), session.signal)), join(bundle, 'install.sh'), ...ours], '/root/');
  await machine.sh([values.machine === 'container' ? '' : PATIENCE, ...[kafkaPort, plane.grpcPort].map(forward), COMPOSE_PLUGIN, PREPARE_DOCKER].join(''));
  if (scenes.has('installation')) {
    await failedInstall({ machine, report, archive });
    await wrongToken({ machine, report, archive });
  }
  await firstInstall({ machine, report, archive });
  const side = session.stack.use(await KafkaSide.open(kafka.address, await plane.agentId(60_000)));
  const scene = { machine, report, archive, vms, load: new Load(machine, side, session.id) };
  const update = async (): Promise<void> => {
    const latest = await step('Waiting for the later version that is being built', () => later!);
    await machine.sh('mkdir /root/next /root/broken');
    await machine.copy([join(next, latest), join(next, 'SHA256SUMS')], '/root/next/');
    await machine.copy([join(broken, latest), join(broken, 'SHA256SUMS')], '/root/broken/');
    await updates(scene, latest);
  };
  const play: Readonly<Record<(typeof SCENES)[number], () => Promise<void>>> = {
    installation: () => installation(scene),
    updates: update,
    workloads: () => workloads(scene),
    volumes: () => volumes(scene),
    faults: () => faults(scene),
    'read-only': () => readOnlyStore(scene),
    'full-disk': () => fullDisk(scene),
    cuts: () => powerCuts(scene, Number(values.cuts)),
    operator: () => operator(scene),
    removal: () => removal(scene),
  };
  for (const name of scenes) await play[name]();
  say(report.failed === 0 ? 'Every step held.' : `${report.failed} steps failed.`);
  return report.failed === 0 ? 0 : 1;
});
