import { isEngineAway } from '@axion/docker-engine';
import type { Engine } from '@axion/docker-engine';

/** Nouns that are asked for an answer; streams of events and logs last as long as they like. */
const ASKED: ReadonlySet<string> = new Set(['swarm', 'services', 'tasks', 'networks', 'secrets', 'configs', 'nodes', 'containers', 'images', 'volumes', 'distribution'] satisfies (keyof Engine)[]);
/** Those that only a swarm with a leader answers for: an engine that just started answers for the others before it can be used. */
const OF_SWARM: ReadonlySet<string> = new Set(['services', 'tasks', 'secrets', 'configs', 'nodes'] satisfies (keyof Engine)[]);

export interface Listening {
  /** Told whenever the swarm answered, also with a refusal. */
  readonly onAnswer: () => void;
  /** Runs what waits without holding a place to work in. */
  readonly offSlot: <T>(work: () => Promise<T>) => Promise<T>;
}

/** A call that lasts longer is waited for without a place: an engine or a registry that hangs holds up nobody else. */
const LONG_MS = 2000;

const isLong = async (answer: Promise<unknown>): Promise<boolean> => {
  const { promise: long, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(true), LONG_MS);
  const short = (): boolean => false;
  try {
    return await Promise.race([answer.then(short, short), long]);
  } finally {
    clearTimeout(timer);
  }
};

/** The engine, and word of when it answered last. */
export const heardEngine = (engine: Engine, { onAnswer, offSlot }: Listening): Engine => {
  const heard = async (noun: string, answer: Promise<unknown>): Promise<unknown> => {
    const told = (): void => (OF_SWARM.has(noun) ? onAnswer() : undefined);
    try {
      const value = (await isLong(answer)) ? await offSlot(() => answer) : await answer;
      told();
      return value;
    } catch (error) {
      if (!isEngineAway(error)) told();
      throw error;
    }
  };
  const port = (noun: string, calls: object): object =>
    Object.fromEntries(Object.entries(calls).map(([verb, call]) => [verb, typeof call === 'function' ? (...args: readonly unknown[]) => heard(noun, (call as (...args: readonly unknown[]) => Promise<unknown>)(...args)) : call]));
  return Object.fromEntries(Object.entries(engine).map(([noun, calls]) => [noun, ASKED.has(noun) ? port(noun, calls as object) : calls])) as unknown as Engine;
};
