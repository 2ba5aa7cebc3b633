import { boundFigure, ratioFigure } from '../figures.ts';
import type { Figure } from '../figures.ts';
import { planningCpu } from './planning.ts';
import type { Scene } from './scene.ts';
import { stackFile } from './stack-file.ts';
import { removeBenchStack } from './stack-gone.ts';

/** A stack that runs already, deployed again: against Docker's client that does not even wait. */
export const unchangedFigures = async ({ engine, image, executor, docker, names, file }: Scene, quick: boolean, figures: Figure[]): Promise<void> => {
  const services = quick ? 10 : 50;
  const name = names(services);
  const text = stackFile(services, image);
  const path = await file(services);
  await executor.run('Deploy', { project_id: name.ours, docker_stack_yml: text, deployment_id: 'first' });
  await docker.deploy(name.theirs, path, true);
  const ours: number[] = [];
  const theirs: number[] = [];
  const before = await executor.writes();
  for (let round = 0; round < (quick ? 3 : 15); round += 1) {
    ours.push(await executor.run('Deploy', { project_id: name.ours, docker_stack_yml: text, deployment_id: `again-${round}` }));
    theirs.push(await docker.deploy(name.theirs, path, true));
  }
  figures.push(ratioFigure(`${services} unchanged services, docker stack deploy --detach`, ours, theirs, 'ms', 0.5));
  figures.push(boundFigure(`${services} unchanged services, writes to the engine`, (await executor.writes()) - before, 'calls', { atMost: 0 }));
  const cpu = await planningCpu(engine.host, name.theirs, text);
  figures.push(boundFigure(`planning ${services} unchanged services, first time in a process`, cpu.firstPlan, 'ms of CPU', { atMost: 50 }));
  figures.push(boundFigure(`planning ${services} unchanged services`, cpu.plan, 'ms of CPU', { atMost: 50 }));
  figures.push(boundFigure(`reading, converting and planning ${services} unchanged services`, cpu.whole, 'ms of CPU', { atMost: 50 }));
  await executor.run('Stop', { project_id: name.ours });
  await removeBenchStack(engine, name.theirs);
};
