import { once } from 'node:events';
import { AxionError } from '@axion/core';
import { status, type ServiceError } from '@grpc/grpc-js';
import { toGrpcMetadata, type CallMetadata } from './call-metadata.ts';
import type { GrpcChannel } from './channel.ts';
import { methodPath, type MethodDefinition, type RequestOf, type ResponseOf, type ServiceDefinition } from './service-definition.ts';
import { fromServiceError } from './status.ts';

/** A stream in both directions. It ends with its signal, with the server, or when the connection breaks. */
export interface DuplexCall<Request, Response> {
  /** Resolves when the transport takes more: a slow server slows its sender. Rejects when the stream has ended. */
  send(request: Request): Promise<void>;
  /** What the server sends, in order; read it once. Ends when the server ends the stream, throws `AxionError` when it breaks. */
  readonly received: AsyncIterable<Response>;
}

type DuplexMethod<D extends ServiceDefinition> = { [K in keyof D['methods']]: D['methods'][K] extends { readonly requestStream: true; readonly responseStream: true } ? K : never }[keyof D['methods']] & string;

/** Opens a stream of a service; `signal` ends it. */
export const openDuplex = <D extends ServiceDefinition, K extends DuplexMethod<D>>(
  service: D,
  key: K,
  channel: GrpcChannel,
  sent: CallMetadata,
  signal: AbortSignal,
): DuplexCall<RequestOf<D['methods'][K]>, ResponseOf<D['methods'][K]>> => {
  signal.throwIfAborted();
  const method = service.methods[key] as MethodDefinition;
  const call = channel.client.makeBidiStreamRequest(
    methodPath(service, method),
    (message: unknown) => Buffer.from(method.requestType.encode(message).finish()),
    (bytes: Buffer) => method.responseType.decode(bytes),
    toGrpcMetadata(sent),
  );
  const ended = new AbortController();
  const cancel = (): void => call.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  call.once('status', ({ code }: { readonly code: status }) => {
    signal.removeEventListener('abort', cancel);
    ended.abort(new AxionError('UNAVAILABLE', `${method.name} at ${channel.server} has ended (${status[code]})`));
  });
  // Whoever reads gets it too; who only sends must not be ended by it.
  call.on('error', () => {});

  async function* received(): AsyncIterable<ResponseOf<D['methods'][K]>> {
    try {
      for await (const message of call) yield message as ResponseOf<D['methods'][K]>;
    } catch (error) {
      signal.throwIfAborted();
      throw fromServiceError(error as ServiceError, { method: method.name, server: channel.server, sent });
    }
    signal.throwIfAborted();
  }

  return {
    send: async (request) => {
      ended.signal.throwIfAborted();
      if (!call.write(request)) await once(call, 'drain', { signal: ended.signal });
    },
    received: received(),
  };
};
