import { backoffDelay, systemClock } from '@axion/core';
import type { BackoffPolicy, Clock } from '@axion/core';
import type { EngineCalls } from './engine-calls.ts';
import type { Filters } from './filters.ts';
import { linesOf } from './lines.ts';

/** Something that happened on the engine. */
export interface EngineEvent {
  readonly type: 'container' | 'service' | 'network' | 'node' | 'secret' | 'config' | 'image' | 'volume' | (string & {});
  readonly action: string;
  readonly id: string;
  /** Labels and facts of the object, e.g. `com.docker.swarm.service.name`, `exitCode`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Nanoseconds since 1970. */
  readonly timeNano: bigint;
}

export interface EventsOptions {
  readonly filters?: Filters;
  readonly onEvent: (event: EngineEvent) => void;
  /** The stream is open (again): what happened before may have been missed if the engine itself was away, so look once. */
  readonly onOpen?: () => void;
  /** The stream broke; it is opened again by itself. */
  readonly onLost?: (error: unknown) => void;
}

interface EventAnswer {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes?: Readonly<Record<string, string>> };
  readonly timeNano: number;
}

const REOPEN: BackoffPolicy = { initial: 100, factor: 2, max: 5000, jitter: 0.5 };

export interface EngineEvents {
  /** Follows until `signal`; reopens after every break and continues after the last event seen. Resolves when ended, never rejects. */
  follow(options: EventsOptions, signal: AbortSignal): Promise<void>;
}

/** `timeNano` loses its last digits as a JavaScript number; they are not needed to tell events apart, only to continue after one. */
const eventOf = (line: string): EngineEvent => {
  const answer = JSON.parse(line) as EventAnswer;
  const nano = /"timeNano":(\d+)/.exec(line)?.[1] ?? String(answer.timeNano);
  return { type: answer.Type, action: answer.Action, id: answer.Actor.ID, attributes: answer.Actor.Attributes ?? {}, timeNano: BigInt(nano) };
};

/** The `since` of the engine: seconds with nine decimals, one nanosecond after the last event. */
const after = (nano: bigint): string => `${(nano + 1n) / 1_000_000_000n}.${String((nano + 1n) % 1_000_000_000n).padStart(9, '0')}`;

export const events = (calls: EngineCalls, clock: Clock = systemClock): EngineEvents => ({
  follow: async ({ filters, onEvent, onOpen, onLost }, signal) => {
    let last: bigint | undefined;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        const query = { ...(filters === undefined ? {} : { filters: JSON.stringify(filters) }), ...(last === undefined ? {} : { since: after(last) }) };
        const stream = await calls.stream({ what: 'follow the engine', operation: 'events', method: 'GET', path: '/events', query }, signal);
        attempt = 0;
        onOpen?.();
        for await (const line of linesOf(stream)) {
          const event = eventOf(line);
          last = event.timeNano;
          onEvent(event);
        }
        if (!signal.aborted) onLost?.(new Error('the engine ended the stream of events'));
      } catch (error) {
        if (signal.aborted) return;
        onLost?.(error);
      }
      await clock.sleep(backoffDelay(REOPEN, attempt), signal).catch(() => undefined);
    }
  },
});
