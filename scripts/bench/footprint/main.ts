// `npm run bench -- footprint`: what the release uses, idle and after work, next to the least that so many processes can be.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startKafka, tempDir, waitFor } from '@axion/testkit';
import { COMPONENTS } from '../../../packages/contracts/src/index.ts';
import { openDocker } from '../../session/docker.ts';
import { KafkaSide } from '../../session/kafka-side.ts';
import { startPlane } from '../../session/plane.ts';
import { runSession } from '../../session/session.ts';
import { say, step } from '../../setup/progress.mjs';
import { boundFigure, printFigures } from '../figures.ts';
import { startFleet } from './fleet.ts';
import { startFloor } from './floor.ts';
import { cpuShare, observe, printObservation, total } from './observation.ts';
import { unpackedRelease } from './release.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } });
const SETTLE_S = values.quick ? 15 : 60;
const IDLE_S = values.quick ? 60 : 600;
const COMMANDS = values.quick ? 1000 : 10_000;
const PROJECTS = 100;

process.exitCode = await runSession(async (session) => {
  const { stack, signal, id } = session;
  const pause = (seconds: number): Promise<void> => sleep(seconds * 1000, undefined, { signal });
  const release = await step('Laying the release out', () => unpackedRelease(signal));

  const floor = await step(`The floor: ${COMPONENTS.length} processes with nothing but a connection, and the bus`, async () => {
    await using own = new AsyncDisposableStack();
    const watched = await startFloor(release, COMPONENTS.length, own);
    const began = observe('start', watched);
    await pause(SETTLE_S);
    const idle = observe(`floor after ${SETTLE_S} s`, watched);
    printObservation(idle, began);
    return idle;
  });

  const { engine } = await openDocker(session);
  const home = stack.use(await tempDir('footprint-plane'));
  const [kafka, plane] = [stack.use(await startKafka()), await startPlane(home.path, stack)];
  const sections = { agent: { token: plane.token }, kafka: { brokers: [kafka.address] }, control_plane: { grpc_url: `http://127.0.0.1:${plane.grpcPort}` }, docker: { host: engine.host } };
  const fleet = await step('The release, each component its own process', () => startFleet(release, sections, home.path, stack));
  say(`  ready after ${fleet.readySeconds.toFixed(2)} s`);
  const began = observe('start', fleet.watched);
  const side = stack.use(await KafkaSide.open(kafka.address, await plane.agentId(60_000)));
  await pause(SETTLE_S);
  const settled = observe(`after ${SETTLE_S} s`, fleet.watched);
  printObservation(settled, began);
  await pause(IDLE_S - SETTLE_S);
  const idle = observe(`after ${IDLE_S} s`, fleet.watched);
  printObservation(idle, settled);
  await step(`${COMMANDS} commands over ${PROJECTS} projects`, async () => {
    for (let number = 0; number < COMMANDS; number += 1) {
      const project = `p${number % PROJECTS}`;
      await side.produce({ id: `${id}-${number}`, project, type: 'GetStatus', payload: { project_id: project } });
    }
    await waitFor(() => new Set(side.events.map(({ causationId }) => causationId)).size >= COMMANDS, { what: 'every command to end', timeoutMs: 900_000, intervalMs: 500 });
  });
  await pause(SETTLE_S);
  const worked = observe(`after ${COMMANDS} commands`, fleet.watched);
  printObservation(worked, idle);

  const bundle = total(idle, 'pss');
  const least = total(floor, 'pss');
  const ratio = bundle / least;
  printFigures(
    'footprint',
    [
      { name: 'whole bundle idle: PSS', ours: Math.round(bundle), theirs: Math.round(least), value: Number(ratio.toPrecision(3)), unit: 'MB', aim: '<= 1.15 × theirs', met: ratio <= 1.15 },
      boundFigure('whole bundle idle: PSS', bundle, 'MB', { atMost: 200 }),
      boundFigure('idle: CPU', cpuShare(settled, idle), '% of a core', { atMost: 0.5 }),
      boundFigure('growth of PSS over the idle time', bundle - total(settled, 'pss'), 'MB', { atMost: 5 }),
      boundFigure(`growth of PSS by ${COMMANDS} commands`, total(worked, 'pss') - bundle, 'MB', { atMost: 100 }),
      boundFigure('start to ready, all components', fleet.readySeconds, 's', { atMost: 1.5 }),
    ],
    values.json,
  );
  return 0;
});
process.exit();
