import { convertStack, loadStack } from '@axion/compose';
import { openEngine } from '@axion/docker-engine';
import { observeStack, pinImages, planStack } from '@axion/swarm-stack';
import { median } from '../figures.ts';

const ROUNDS = 30;

/** CPU time that reading, converting and planning an unchanged stack takes, ms; the engine is looked at once, beforehand. */
export interface PlanningCpu {
  /** Of `planStack` alone. */
  readonly plan: number;
  readonly firstPlan: number;
  /** From the file's text to the plan. */
  readonly whole: number;
}

/** @param stack what `docker stack deploy` put there from `file` */
export const planningCpu = async (host: string, stack: string, file: string): Promise<PlanningCpu> => {
  const engine = openEngine({ host, deadlineMs: 60_000 });
  const signal = AbortSignal.timeout(60_000);
  try {
    const found = await observeStack(engine, stack, signal);
    const read = () =>
      convertStack(loadStack({ files: [{ name: 'bench.yml', text: file }], workingDir: '/', environment: {}, readFile: refuse, dialect: 'agent' }).model, { namespace: stack, readFile: refuse });
    const { images } = await pinImages(read(), found.services, { registry: engine.distribution, authFor: () => undefined }, signal);
    const pinned = await pinImages(read(), found.services, { registry: engine.distribution, authFor: () => undefined, known: images }, signal);
    const plans = Array.from({ length: ROUNDS }, () => cpuOf(() => planStack(pinned.wanted, found)));
    const changed = plans[0]!.result.length;
    if (changed > 0) throw new Error(`the stack was to be unchanged, but ${changed} steps were planned: ${JSON.stringify(plans[0]!.result[0])}`);
    const whole = Array.from({ length: ROUNDS }, () => cpuOf(() => planStack(read(), found)));
    return { plan: median(plans.map(({ ms }) => ms)), firstPlan: plans[0]!.ms, whole: median(whole.map(({ ms }) => ms)) };
  } finally {
    engine.close();
  }
};

const refuse = (path: string): never => {
  throw new Error(`the stack of the bench reads no files, and asked for ${path}`);
};

const cpuOf = <T>(work: () => T): { readonly ms: number; readonly result: T } => {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1000, result };
};
