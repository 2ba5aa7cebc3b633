import type { EngineEvent, EngineEvents } from '@axion/docker-engine';
import { LABELS } from '../stack/labels.ts';

/** Told when something happened that may concern a stack. */
export interface Wake {
  /** Resolves at the next event of the stack, or after `ms`. Rejects with the signal's reason. */
  next(ms: number, signal: AbortSignal): Promise<'event' | 'time'>;
  stop(): void;
}

/** No stack is called that. */
const EVERY = '';
const CONTAINERS = ' containers';
const CONNECTION = ' connection';
const COMES_OR_GOES = new Set(['start', 'die', 'destroy', 'rename']);

interface HealthHandle {
  healthy(message?: string): void;
  unhealthy(message: string): void;
}

/**
 * The one stream of engine events of this process. Events only say *when* to look again, never what is: tasks on other
 * nodes send none, and a broken stream loses some.
 */
export class EngineWatch {
  readonly name = 'engine events';
  readonly #events: EngineEvents;
  readonly #health: HealthHandle;
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #end = new AbortController();
  #followed: Promise<void> | undefined;

  constructor(events: EngineEvents, health: HealthHandle) {
    this.#events = events;
    this.#health = health;
  }

  async start(): Promise<void> {
    this.#followed = this.#events.follow(
      {
        filters: { type: ['container', 'service', 'node', 'network'] },
        onEvent: (event) => this.#heard(event),
        onOpen: () => {
          this.#health.healthy();
          this.#wakeAll();
        },
        onLost: (error) => {
          this.#health.unhealthy(error instanceof Error ? error.message : String(error));
          for (const listener of this.#listeners.get(CONNECTION) ?? []) listener();
        },
      },
      this.#end.signal,
    );
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#followed;
  }

  /** For whoever watches every stack. */
  ofAll(): Wake {
    return this.of(EVERY);
  }

  /** For whoever wants to know what runs on this node. */
  ofContainers(): Wake {
    return this.of(CONTAINERS);
  }

  /** For whoever wants to know when the stream breaks and is there again. */
  ofConnection(): Wake {
    return this.of(CONNECTION);
  }

  of(namespace: string): Wake {
    let woken = Promise.withResolvers<void>();
    const listener = (): void => woken.resolve();
    const listeners = this.#listeners.get(namespace) ?? new Set();
    this.#listeners.set(namespace, listeners.add(listener));
    return {
      next: async (ms, signal) => {
        signal.throwIfAborted();
        const { promise: over, resolve, reject } = Promise.withResolvers<'time'>();
        const timer = setTimeout(() => resolve('time'), Math.max(0, ms));
        const onAbort = (): void => reject(signal.reason as Error);
        signal.addEventListener('abort', onAbort, { once: true });
        try {
          return await Promise.race([woken.promise.then(() => 'event' as const), over]);
        } finally {
          clearTimeout(timer);
          signal.removeEventListener('abort', onAbort);
          woken = Promise.withResolvers();
        }
      },
      stop: () => {
        listeners.delete(listener);
        if (listeners.size === 0 && this.#listeners.get(namespace) === listeners) this.#listeners.delete(namespace);
      },
    };
  }

  #heard({ type, action, attributes }: EngineEvent): void {
    if (type === 'node') return this.#wakeAll();
    // Every health check is an exec.
    if (action.startsWith('exec_')) return;
    if (type === 'container' && COMES_OR_GOES.has(action)) for (const listener of this.#listeners.get(CONTAINERS) ?? []) listener();
    const namespace = attributes[LABELS.namespace] ?? attributes['name']?.split('_', 1)[0];
    const listeners = namespace === undefined ? undefined : (this.#listeners.get(namespace) ?? this.#byPrefix(attributes['name']));
    for (const listener of listeners ?? []) listener();
    // Containers come and go by themselves; what somebody changed shows at the services.
    if (type !== 'container') for (const listener of this.#listeners.get(EVERY) ?? []) listener();
  }

  /** A service's events carry its name alone, and a project's id may hold `_` too. */
  #byPrefix(name: string | undefined): ReadonlySet<() => void> | undefined {
    for (const [namespace, listeners] of this.#listeners) if (namespace !== EVERY && name?.startsWith(`${namespace}_`)) return listeners;
    return undefined;
  }

  #wakeAll(): void {
    for (const listeners of this.#listeners.values()) for (const listener of listeners) listener();
  }
}
