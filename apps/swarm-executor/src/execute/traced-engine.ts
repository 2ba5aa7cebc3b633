import type { Engine } from '@axion/docker-engine';
import { silentTracer, traced } from '@axion/tracing';
import type { Tracer } from '@axion/tracing';

/** The nouns whose calls are traced: streams of events and logs last longer than what they are for. */
const PORTS = ['swarm', 'services', 'tasks', 'networks', 'secrets', 'configs', 'nodes', 'containers', 'images', 'volumes', 'distribution'] as const satisfies readonly (keyof Engine)[];

/** The engine as one command calls it: each call is a span `engine <noun>.<verb>` below `parent`. */
export const tracedEngine = (engine: Engine, tracer: Tracer, parent: string | undefined): Engine => {
  if (tracer === silentTracer) return engine;
  const spanned = <Port extends object>(noun: string, port: Port): Port => {
    const calls = Object.entries(port).map(([verb, value]) => {
      if (typeof value !== 'function') return [verb, value];
      const call = value as (...args: readonly unknown[]) => Promise<unknown>;
      return [verb, (...args: readonly unknown[]) => traced(tracer, `engine ${noun}.${verb}`, { parent, kind: 'client' }, () => call(...args))];
    });
    return Object.fromEntries(calls) as Port;
  };
  return { ...engine, ...Object.fromEntries(PORTS.map((noun) => [noun, spanned(noun, engine[noun])])) };
};
