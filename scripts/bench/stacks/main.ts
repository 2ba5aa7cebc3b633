// `npm run bench -- stacks`: our executor, Docker's own client and the floor, in turn on one engine.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { tempDir } from '@axion/testkit';
import { openDocker } from '../../session/docker.ts';
import { runSession } from '../../session/session.ts';
import { say } from '../../setup/progress.mjs';
import { boundFigure, printFigures, ratioFigure } from '../figures.ts';
import type { Figure } from '../figures.ts';
import { corpusCpu } from './corpus.ts';
import { floorOnce } from './floor.ts';
import { startExecutor } from './ours.ts';
import { planningCpu } from './planning.ts';
import { stackFile } from './stack-file.ts';
import { removeBenchStack } from './stack-gone.ts';
import { DockerCli } from './theirs.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } });

/** The aims: at most so many times Docker's client, waiting. With --quick, one round each of the small ones. */
const SIZES = [
  { services: 1, most: 0.9, rounds: 5, quick: 1 },
  { services: 10, most: 0.15, rounds: 2, quick: 1 },
  { services: 50, most: 0.06, rounds: 1, quick: 0 },
];
const FLOOR = 1.15;
/** More often than the waiting clients: 50 services take Docker's more than four minutes. */
const FLOOR_ROUNDS = 3;

process.exitCode = await runSession(async (session) => {
  const { engine, image } = await openDocker(session);
  const folder = session.stack.use(await tempDir('client'));
  const docker = new DockerCli(engine.host, folder.path);
  const executor = await startExecutor(session, engine.host);
  const figures: Figure[] = [];
  say(`docker ${await docker.version()}`);
  const fileOf = async (services: number): Promise<string> => {
    const path = join(folder.path, `${services}.json`);
    await writeFile(path, stackFile(services, image));
    return path;
  };
  const names = (services: number) => ({ ours: `b-${session.id}-o${services}`, theirs: `b-${session.id}-t${services}`, floor: `b-${session.id}-f${services}` });
  const note = (what: string, ms: number): void => say(`  ${what}: ${(ms / 1000).toFixed(2)} s`);

  // The first containers and networks of an engine take longer than any later ones.
  await floorOnce(engine, `b-${session.id}-w`, 3, image, session.signal);
  await removeBenchStack(engine, `b-${session.id}-w`);
  for (const { services, most, rounds, quick } of SIZES) {
    const clientRounds = values.quick ? quick : rounds;
    if (clientRounds === 0) continue;
    const path = await fileOf(services);
    const name = names(services);
    const took = { ours: [] as number[], theirs: [] as number[], floor: [] as number[] };
    for (let round = 0; round < Math.max(clientRounds, values.quick ? 1 : FLOOR_ROUNDS); round += 1) {
      session.signal.throwIfAborted();
      took.floor.push(await floorOnce(engine, name.floor, services, image, session.signal));
      note(`${services} service${services === 1 ? '' : 's'}, floor`, took.floor.at(-1)!);
      await removeBenchStack(engine, name.floor);
      took.ours.push(await executor.run('Deploy', { project_id: name.ours, docker_stack_yml: stackFile(services, image), deployment_id: `r${round}` }));
      note(`${services} services, ours`, took.ours.at(-1)!);
      await executor.run('Stop', { project_id: name.ours });
      await removeBenchStack(engine, `axion-${name.ours}`);
      if (round >= clientRounds) continue;
      took.theirs.push(await docker.deploy(name.theirs, path, false));
      note(`${services} services, docker stack deploy`, took.theirs.at(-1)!);
      await removeBenchStack(engine, name.theirs);
    }
    figures.push(ratioFigure(`${services} service${services === 1 ? '' : 's'}, docker stack deploy --detach=false`, took.ours.slice(0, clientRounds), took.theirs, 'ms', most));
    figures.push(ratioFigure(`${services} service${services === 1 ? '' : 's'}, floor`, took.ours, took.floor, 'ms', FLOOR));
  }

  const unchanged = values.quick ? 10 : 50;
  const name = names(unchanged);
  const file = stackFile(unchanged, image);
  const path = await fileOf(unchanged);
  await executor.run('Deploy', { project_id: name.ours, docker_stack_yml: file, deployment_id: 'first' });
  await docker.deploy(name.theirs, path, true);
  const again = { ours: [] as number[], theirs: [] as number[] };
  const before = await executor.writes();
  for (let round = 0; round < (values.quick ? 3 : 15); round += 1) {
    again.ours.push(await executor.run('Deploy', { project_id: name.ours, docker_stack_yml: file, deployment_id: `again-${round}` }));
    again.theirs.push(await docker.deploy(name.theirs, path, true));
  }
  figures.push(ratioFigure(`${unchanged} unchanged services, docker stack deploy --detach`, again.ours, again.theirs, 'ms', 0.5));
  figures.push(boundFigure(`${unchanged} unchanged services, writes to the engine`, (await executor.writes()) - before, 'calls', { atMost: 0 }));
  const cpu = await planningCpu(engine.host, name.theirs, file);
  figures.push(boundFigure(`planning ${unchanged} unchanged services, first time in a process`, cpu.firstPlan, 'ms of CPU', { atMost: 50 }));
  figures.push(boundFigure(`planning ${unchanged} unchanged services`, cpu.plan, 'ms of CPU', { atMost: 50 }));
  figures.push(boundFigure(`reading, converting and planning ${unchanged} unchanged services`, cpu.whole, 'ms of CPU', { atMost: 50 }));
  const corpus = await corpusCpu();
  if (corpus === undefined) say('the corpus of stack files is not beside the checkout, so it is not measured');
  else figures.push(boundFigure(`parsing and converting ${corpus.cases} cases of the corpus`, corpus.ms, 'ms of CPU', { atMost: 2000 }));
  await executor.run('Stop', { project_id: name.ours });
  await removeBenchStack(engine, name.theirs);

  printFigures('stacks', figures, values.json);
  return 0;
});
process.exit();
