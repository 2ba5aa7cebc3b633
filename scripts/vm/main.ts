// The release on a real server; `scripts/test-vm.mjs` is the way in.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { startKafka } from '@axion/testkit';
import { toToml } from '../dev/surroundings.ts';
import { startPlane } from '../session/plane.ts';
import { runSession } from '../session/session.ts';
import { dev, root } from '../setup/paths.mjs';
import { say } from '../setup/progress.mjs';
import { forward, IMAGE, PREPARE_DOCKER } from './guest.ts';
import { KafkaSide } from '../session/kafka-side.ts';
import { Load } from './load.ts';
import { Machine } from './machine.ts';
import { Report } from './report.ts';
import { afterwards, faults, firstInstall, installation, powerCuts } from './scenes.ts';

const { values } = parseArgs({ options: { cuts: { type: 'string', default: '10' }, bundle: { type: 'string', default: join(root, 'dist/bundle') }, work: { type: 'string', default: join(tmpdir(), 'axion-vm') } } });

process.exitCode = await runSession(async (session) => {
  const bundle = resolve(values.bundle);
  const archive = (await readdir(bundle).catch(() => [])).find((file) => file.endsWith('-linux-x64.tar.zst'));
  if (archive === undefined) throw new Error(`There is no bundle in ${bundle}: run "npm run bundle" first`);
  const head = `Written by \`npm run test:vm\` on ${new Date().toISOString().slice(0, 10)}: Debian 12 in QEMU without hardware virtualisation (everything takes ten to thirty times as long), ${archive}. A run that was cut short ends with its last step.`;
  const report = new Report(join(root, 'docs/results/vm.md'), head, session.signal);
  const kafka = session.stack.use(await startKafka());
  const folder = join(dev, 'vm');
  await mkdir(folder, { recursive: true });
  const plane = await startPlane(folder, session.stack);
  const kafkaPort = Number(kafka.address.split(':')[1]);
  await writeFile(
    join(folder, 'agent.toml'),
    toToml({ kafka: { brokers: [`127.0.0.1:${kafkaPort}`] }, control_plane: { grpc_url: `http://127.0.0.1:${plane.grpcPort}` }, workloads: { enabled: false } }),
  );
  say(`Booting a server in ${values.work}`);
  const machine = session.stack.use(await Machine.boot(process.env['AXION_VM_TESTBED']!, values.work, `axion${session.id}`, say));
  await machine.copy([join(bundle, archive), join(bundle, 'SHA256SUMS'), join(root, 'deploy/install.sh'), join(folder, 'agent.toml'), plane.tokenFile, process.env['AXION_TEST_REGISTRY_BINARY']!], '/root/');
  await machine.sh([kafkaPort, plane.grpcPort].map(forward).join('') + PREPARE_DOCKER);
  await firstInstall({ machine, report, archive });
  const side = session.stack.use(await KafkaSide.open(kafka.address, await plane.agentId(60_000)));
  const scene = { machine, report, archive, load: new Load(machine, side, IMAGE, session.id) };
  await installation(scene);
  await faults(scene);
  await powerCuts(scene, Number(values.cuts));
  await afterwards(scene);
  say(report.failed === 0 ? 'Every step held.' : `${report.failed} steps failed.`);
  return report.failed === 0 ? 0 : 1;
});
