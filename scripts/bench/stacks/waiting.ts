import { say } from '../../setup/progress.mjs';
import { ratioFigure } from '../figures.ts';
import type { Figure } from '../figures.ts';
import { floorOnce } from './floor.ts';
import type { Scene } from './scene.ts';
import { stackFile } from './stack-file.ts';
import { removeBenchStack } from './stack-gone.ts';

/** The aims: at most so many times Docker's client, waiting. With `quick`, one round each of the small ones. */
const SIZES = [
  { services: 1, most: 0.9, rounds: 5, quick: 1 },
  { services: 10, most: 0.15, rounds: 2, quick: 1 },
  { services: 50, most: 0.06, rounds: 1, quick: 0 },
];
const FLOOR = 1.15;
/** More often than the waiting client: 50 services take it more than four minutes. */
const FLOOR_ROUNDS = 3;

/** From nothing to a stack that runs: the floor, ours and Docker's waiting client in turn. */
export const waitingFigures = async (scene: Scene, quick: boolean, figures: Figure[]): Promise<void> => {
  const { engine, session, image } = scene;
  // The first containers and networks of an engine take longer than any later ones.
  const warmUp = `b-${session.id}-w`;
  await floorOnce(engine, warmUp, 3, image, session.signal);
  await removeBenchStack(engine, warmUp);
  for (const size of SIZES) {
    const clientRounds = quick ? size.quick : size.rounds;
    if (clientRounds > 0) figures.push(...(await figuresOf(scene, size, clientRounds, quick ? 1 : Math.max(clientRounds, FLOOR_ROUNDS))));
  }
};

const figuresOf = async ({ engine, session, image, executor, docker, names, file }: Scene, { services, most }: (typeof SIZES)[number], clientRounds: number, rounds: number): Promise<readonly Figure[]> => {
  const name = names(services);
  const what = `${services} service${services === 1 ? '' : 's'}`;
  const path = await file(services);
  const took = { ours: [] as number[], theirs: [] as number[], floor: [] as number[] };
  const note = (side: keyof typeof took, ms: number): void => {
    took[side].push(ms);
    say(`  ${what}, ${side}: ${(ms / 1000).toFixed(2)} s`);
  };
  for (let round = 0; round < rounds; round += 1) {
    session.signal.throwIfAborted();
    note('floor', await floorOnce(engine, name.floor, services, image, session.signal));
    await removeBenchStack(engine, name.floor);
    note('ours', await executor.run('Deploy', { project_id: name.ours, docker_stack_yml: stackFile(services, image), deployment_id: `r${round}` }));
    await executor.run('Stop', { project_id: name.ours });
    await removeBenchStack(engine, `axion-${name.ours}`);
    if (round >= clientRounds) continue;
    note('theirs', await docker.deploy(name.theirs, path, false));
    await removeBenchStack(engine, name.theirs);
  }
  return [ratioFigure(`${what}, docker stack deploy --detach=false`, took.ours.slice(0, clientRounds), took.theirs, 'ms', most), ratioFigure(`${what}, floor`, took.ours, took.floor, 'ms', FLOOR)];
};
