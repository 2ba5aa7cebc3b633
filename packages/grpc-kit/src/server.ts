import { AxionError, isLoopback } from '@axion/core';
import {
  Server,
  ServerCredentials,
  type handleUnaryCall,
  type ServiceDefinition as GrpcServiceDefinition,
  type UntypedHandleCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { hostPort } from './server-address.ts';
import { streaming, type StreamHandlers } from './server-streams.ts';
import { serverCredentials, type ServerTls } from './server-tls.ts';
import { methodPath, type MethodDefinition, type RequestOf, type ResponseOf, type ServiceDefinition, type UnaryMethod } from './service-definition.ts';
import { toServiceError } from './status.ts';

/** What a handler knows of the call beside its request. */
export interface CallContext {
  readonly peer: string;
  /** First value of a metadata entry, by lower-case name. */
  metadata(name: string): string | undefined;
  /** Aborted when the caller went away or its deadline passed. */
  readonly signal: AbortSignal;
}

/** Handlers of a service's unary methods; what is left out is answered with UNIMPLEMENTED. An `AxionError` is the answer's status. */
export type UnaryHandlers<D extends ServiceDefinition> = {
  readonly [K in UnaryMethod<D>]?: (
    request: RequestOf<D['methods'][K]>,
    call: CallContext,
  ) => Promise<ResponseOf<D['methods'][K]>> | ResponseOf<D['methods'][K]>;
};

type Handler = (request: unknown, call: CallContext) => unknown;

/** A service with its handlers, ready to be served. */
export interface ServedService {
  readonly definition: ServiceDefinition;
  readonly handlers: Readonly<Record<string, Handler | undefined>>;
  readonly streams: StreamHandlers;
}

/** `streams`: handlers of the methods with a stream on either side. */
export const serve = <D extends ServiceDefinition>(definition: D, handlers: UnaryHandlers<D>, streams: StreamHandlers = {}): ServedService => ({
  definition,
  handlers: handlers as ServedService['handlers'],
  streams,
});

export interface ServerOptions {
  /** Without `tls` a loopback address. */
  readonly host: string;
  /** Mutual TLS: every caller shows a certificate of the authority. */
  readonly tls?: ServerTls | undefined;
  /** 0: one that is free. */
  readonly port: number;
  readonly services: readonly ServedService[];
  /** Told about what a handler threw that is not an `AxionError`. */
  readonly onDefect: (method: string, thrown: unknown) => void;
}

export interface RunningServer {
  readonly port: number;
  /** No new calls; resolves when those under way ended, at the latest after `budgetMs`, when they are cut. */
  close(budgetMs: number): Promise<void>;
}

/** A request that cannot be read: the library would tell its caller of a failure of the server's. */
class Unreadable {
  readonly error: AxionError;

  constructor(cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    this.error = new AxionError('INVALID_ARGUMENT', `the request cannot be read: ${why}`, { retryable: false, cause });
  }
}

const readable = (decode: () => unknown): unknown => {
  try {
    return decode();
  } catch (error) {
    return new Unreadable(error);
  }
};

const unary =
  (method: MethodDefinition, handler: Handler, onDefect: ServerOptions['onDefect']): handleUnaryCall<unknown, unknown> =>
  (call, answer) => {
    const ended = new AbortController();
    call.once('cancelled', () => ended.abort(new AxionError('CANCELLED', 'the caller went away')));
    const context: CallContext = {
      peer: call.getPeer(),
      metadata: (name) => call.metadata.get(name)[0]?.toString(),
      signal: ended.signal,
    };
    void (async () => {
      try {
        if (call.request instanceof Unreadable) throw call.request.error;
        answer(null, await handler(call.request, context));
      } catch (error) {
        if (!(error instanceof AxionError)) onDefect(method.name, error);
        answer(toServiceError(error));
      }
    })();
  };

const register = (server: Server, { definition, handlers, streams }: ServedService, onDefect: ServerOptions['onDefect']): void => {
  const methods: Record<string, GrpcServiceDefinition[string]> = {};
  const implementations: UntypedServiceImplementation = {};
  for (const [key, method] of Object.entries(definition.methods)) {
    const handler = handlers[key];
    const stream = streams[key];
    const isStream = method.requestStream || method.responseStream;
    // A streaming method without a handler is one that this server does not have.
    if (isStream && stream === undefined) continue;
    methods[key] = {
      path: methodPath(definition, method),
      requestStream: method.requestStream,
      responseStream: method.responseStream,
      requestSerialize: (message: unknown) => Buffer.from(method.requestType.encode(message).finish()),
      requestDeserialize: (bytes: Buffer) => (isStream ? method.requestType.decode(bytes) : readable(() => method.requestType.decode(bytes))),
      responseSerialize: (message: unknown) => Buffer.from(method.responseType.encode(message).finish()),
      responseDeserialize: (bytes: Buffer) => method.responseType.decode(bytes),
    };
    if (stream !== undefined) implementations[key] = streaming(method, stream, onDefect) as UntypedHandleCall;
    else if (handler !== undefined) implementations[key] = unary(method, handler, onDefect);
  }
  server.addService(methods, implementations);
};

/**
 * Serves services until closed: on a loopback address, or anywhere with mutual TLS.
 *
 * @throws {AxionError} `FAILED_PRECONDITION` for another address without TLS, or TLS files that cannot be used; `UNAVAILABLE` when the port is taken
 */
export const startServer = async ({ host, port, tls, services, onDefect }: ServerOptions): Promise<RunningServer> => {
  const credentials = tls === undefined ? ServerCredentials.createInsecure() : serverCredentials(tls);
  if (tls === undefined && !isLoopback(host)) throw new AxionError('FAILED_PRECONDITION', `${host} is not a loopback address: a server without TLS listens there only`);
  const server = new Server({ 'grpc.max_receive_message_length': 16 * 1024 * 1024 });
  for (const service of services) register(server, service, onDefect);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync(hostPort({ host, port }), credentials, (error, bound) => {
    if (error === null) resolve(bound);
    else reject(new AxionError('UNAVAILABLE', `cannot listen on ${hostPort({ host, port })}: ${error.message}`, { cause: error }));
  });
  const bound = await promise;
  return {
    port: bound,
    close: async (budgetMs) => {
      const closed = Promise.withResolvers<void>();
      const cut = setTimeout(() => server.forceShutdown(), budgetMs);
      server.tryShutdown(() => closed.resolve());
      await closed.promise;
      clearTimeout(cut);
    },
  };
};
