// `npm run bench -- footprint`: what the release uses, idle and after work, next to the least that so many processes can be.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort, startKafka, startPrivateEngine, tempDir, waitFor } from '@axion/testkit';
import { COMPONENTS } from '../../../packages/contracts/src/index.ts';
import { KafkaSide } from '../../session/kafka-side.ts';
import { startPlane } from '../../session/plane.ts';
import { runSession } from '../../session/session.ts';
import { say, step } from '../../setup/progress.mjs';
import { boundFigure, printFigures } from '../figures.ts';
import type { Figure } from '../figures.ts';
import { startFleet } from './fleet.ts';
import { buildBare, releasePrograms, startFloor, stockPrograms } from './floor.ts';
import type { FloorPrograms } from './floor.ts';
import { cpuShare, observe, printObservation, total } from './observation.ts';
import { unpackedRelease } from './release.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } });
/** When the start is over and its garbage given back, s. */
const SETTLED_S = 60;
const IDLE_S = values.quick ? 120 : 600;
const COMMANDS = values.quick ? 1000 : 10_000;
const PROJECTS = 100;

process.exitCode = await runSession(async ({ stack, signal, id }) => {
  const pause = (seconds: number): Promise<void> => sleep(seconds * 1000, undefined, { signal });
  const release = await step('Laying the release out', () => unpackedRelease(signal));

  const bare = await buildBare(stack);
  const floorOf = (what: string, programs: FloorPrograms) =>
    step(`${what}: ${COMPONENTS.length} processes with nothing but a connection, and the bus`, async () => {
      await using own = new AsyncDisposableStack();
      const watched = await startFloor(programs, bare, COMPONENTS.length, own);
      const began = observe('start', watched);
      await pause(15);
      const idle = observe(what, watched);
      printObservation(idle, began);
      return idle;
    });
  const floor = await floorOf("Floor of the release's own programs", releasePrograms(release));
  const stock = await floorOf('Floor of Node and nats-server as their authors give them out', await stockPrograms(signal));

  // An engine of its own: what happens on another would be work for the executors.
  const engine = await step('Starting a Docker engine of its own', async () => stack.use(await startPrivateEngine()));
  const home = stack.use(await tempDir('footprint-plane'));
  const [kafka, plane] = [stack.use(await startKafka()), await startPlane(home.path, stack)];
  const sections = {
    agent: { token: plane.token },
    kafka: { brokers: [kafka.address] },
    control_plane: { grpc_url: `http://127.0.0.1:${plane.grpcPort}` },
    docker: { host: engine.host },
    local: { enabled: true, grpc_local_port: await freePort(), ipc_socket_path: `${home.path}/agent.sock` },
  };
  const fleet = await step('The release, each component its own process', () => startFleet(release, sections, home.path, stack));
  say(`  ready after ${fleet.readySeconds.toFixed(2)} s, for which they used ${fleet.readyCpuSeconds.toFixed(2)} s of processor time`);
  const began = observe('start', fleet.watched);
  const side = stack.use(await KafkaSide.open(kafka.address, await plane.agentId(60_000)));
  await pause(SETTLED_S);
  const settled = observe(`after ${SETTLED_S} s`, fleet.watched);
  printObservation(settled, began);
  await pause(IDLE_S - SETTLED_S);
  const idle = observe(`after ${IDLE_S} s`, fleet.watched);
  printObservation(idle, settled);
  await step(`${COMMANDS} commands over ${PROJECTS} projects`, async () => {
    for (let number = 0; number < COMMANDS; number += 1) {
      const project = `p${number % PROJECTS}`;
      await side.produce({ id: `${id}-${number}`, project, type: 'GetStatus', payload: { project_id: project } });
    }
    await waitFor(() => new Set(side.events.map(({ causationId }) => causationId)).size >= COMMANDS, { what: 'every command to end', timeoutMs: 900_000, intervalMs: 500 });
  });
  await pause(SETTLED_S);
  const worked = observe(`${SETTLED_S} s after ${COMMANDS} commands`, fleet.watched);
  printObservation(worked, idle);

  const bundle = total(idle, 'pss');
  const against = (name: string, least: number): Figure => {
    const ratio = Number((bundle / least).toPrecision(3));
    return { name, ours: Math.round(bundle), theirs: Math.round(least), value: ratio, unit: '× the floor', aim: '<= 1.15 × theirs', met: ratio <= 1.15 };
  };
  printFigures(
    'footprint',
    [
      against('whole bundle idle: PSS', total(floor, 'pss')),
      against('whole bundle idle: PSS, floor of the programs as their authors give them out', total(stock, 'pss')),
      boundFigure('whole bundle idle: PSS, the stretch', bundle, 'MB', { atMost: 160 }),
      boundFigure('idle: CPU', cpuShare(settled, idle), '% of a core', { atMost: 0.5 }),
      boundFigure('flat: growth of PSS while idle', bundle - total(settled, 'pss'), 'MB', { atMost: 5 }),
      boundFigure(`flat: growth of PSS by ${COMMANDS} commands`, total(worked, 'pss') - bundle, 'MB', { atMost: 40 }),
      boundFigure('start to ready, all components', fleet.readySeconds, 's', { atMost: 1.5 }),
    ],
    values.json,
  );
  return 0;
});
process.exit();
