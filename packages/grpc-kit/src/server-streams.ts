import { once } from 'node:events';
import { AxionError } from '@axion/core';
import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';
import type { MethodDefinition } from './service-definition.ts';
import { toServiceError } from './status.ts';

/** Answers a stream: what it yields is sent in order, at the caller's pace. `signal` is aborted when the caller is gone. */
export type StreamHandler = (requests: AsyncIterable<unknown>, signal: AbortSignal, call: StreamContext) => AsyncIterable<unknown>;

/** What a handler knows of a stream beside what comes on it. */
export interface StreamContext {
  /** First value of a metadata entry, by lower-case name. */
  metadata(name: string): string | undefined;
}
export type StreamHandlers = Readonly<Record<string, StreamHandler | undefined>>;

type StreamCall = ServerDuplexStream<unknown, unknown> | ServerWritableStream<unknown, unknown>;

async function* only(request: unknown): AsyncIterable<unknown> {
  yield request;
}

/** A streaming method in grpc-js's words. */
export const streaming =
  (method: MethodDefinition, handler: StreamHandler, onDefect: (method: string, thrown: unknown) => void) =>
  (call: StreamCall): void => {
    const gone = new AbortController();
    call.once('cancelled', () => gone.abort(new AxionError('CANCELLED', 'the caller went away')));
    void (async () => {
      try {
        // Left as it is when the requests have ended: the answers leave through the same stream.
        const requests = method.requestStream ? (call as ServerDuplexStream<unknown, unknown>).iterator({ destroyOnReturn: false }) : only((call as ServerWritableStream<unknown, unknown>).request);
        for await (const answer of handler(requests, gone.signal, { metadata: (name) => call.metadata.get(name)[0]?.toString() })) {
          if (gone.signal.aborted) return;
          if (!call.write(answer)) await once(call, 'drain', { signal: gone.signal });
        }
        call.end();
      } catch (error) {
        if (gone.signal.aborted) return;
        if (!(error instanceof AxionError)) onDefect(method.name, error);
        call.emit('error', toServiceError(error));
      }
    })();
  };
