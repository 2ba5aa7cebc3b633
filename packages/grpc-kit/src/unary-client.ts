import { type AxionError } from '@axion/core';
import { status, type ServiceError } from '@grpc/grpc-js';
import { toGrpcMetadata, type CallMetadata } from './call-metadata.ts';
import type { GrpcChannel } from './channel.ts';
import { methodPath, unaryMethods, type MethodDefinition, type RequestOf, type ResponseOf, type ServiceDefinition, type UnaryMethod } from './service-definition.ts';
import { fromServiceError } from './status.ts';

export interface CallOptions {
  /** Milliseconds until the call ends with `DEADLINE_EXCEEDED`; the server is told. Default: that of the client. */
  readonly timeoutMs?: number;
}

/** The unary methods of a service as functions. They reject with `AxionError`, or with the signal's reason when aborted. */
export type UnaryClient<D extends ServiceDefinition> = {
  readonly [K in UnaryMethod<D>]: (
    request: RequestOf<D['methods'][K]>,
    options?: CallOptions,
    signal?: AbortSignal,
  ) => Promise<ResponseOf<D['methods'][K]>>;
};

/** One finished call, for metrics. */
export interface CallRecord {
  readonly method: string;
  /** `OK` or the gRPC code by name. */
  readonly code: string;
  readonly durationMs: number;
}

export interface ClientOptions {
  readonly timeoutMs: number;
  /** Asked at each call, so that an id or token that changed is used at once. */
  readonly metadata: () => CallMetadata;
  readonly onCall?: (call: CallRecord) => void;
}

/** Makes a typed client of a service on a channel. */
export const unaryClient = <D extends ServiceDefinition>(service: D, channel: GrpcChannel, options: ClientOptions): UnaryClient<D> => {
  const call = async (method: MethodDefinition, request: unknown, { timeoutMs = options.timeoutMs }: CallOptions, signal?: AbortSignal): Promise<unknown> => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    signal?.throwIfAborted();
    const sent = options.metadata();
    const metadata = toGrpcMetadata(sent);
    const start = performance.now();
    const finished = (code: number): void =>
      options.onCall?.({ method: method.name, code: status[code] ?? String(code), durationMs: performance.now() - start });
    const translate = (error: ServiceError): AxionError => fromServiceError(error, { method: method.name, server: channel.server, sent });
    const running = channel.client.makeUnaryRequest(
      methodPath(service, method),
      (message: unknown) => Buffer.from(method.requestType.encode(message).finish()),
      (bytes: Buffer) => method.responseType.decode(bytes),
      request,
      metadata,
      { deadline: Date.now() + timeoutMs },
      (error, response) => {
        signal?.removeEventListener('abort', cancel);
        finished(error?.code ?? status.OK);
        if (error === null) resolve(response);
        else reject(signal?.aborted === true ? signal.reason : translate(error));
      },
    );
    const cancel = (): void => running.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    return promise;
  };
  return Object.fromEntries(
    unaryMethods(service).map(([key, method]) => [
      key,
      (request: unknown, callOptions: CallOptions = {}, signal?: AbortSignal) => call(method, request, callOptions, signal),
    ]),
  ) as UnaryClient<D>;
};
