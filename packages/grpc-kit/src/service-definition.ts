/** How a message becomes bytes and back; what ts-proto generates for each message fits. */
export interface MessageCodec<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

export interface MethodDefinition {
  readonly name: string;
  readonly requestType: MessageCodec<unknown>;
  readonly requestStream: boolean;
  readonly responseType: MessageCodec<unknown>;
  readonly responseStream: boolean;
}

/** A service as `outputServices=generic-definitions` of ts-proto describes it: no gRPC library in sight. */
export interface ServiceDefinition {
  readonly fullName: string;
  readonly methods: Readonly<Record<string, MethodDefinition>>;
}

type Message<C> = C extends { decode(bytes: Uint8Array): infer T } ? T : never;

export type RequestOf<M extends MethodDefinition> = Message<M['requestType']>;
export type ResponseOf<M extends MethodDefinition> = Message<M['responseType']>;

/** Names of the methods with one request and one response. */
export type UnaryMethod<D extends ServiceDefinition> = {
  [K in keyof D['methods']]: D['methods'][K] extends { readonly requestStream: false; readonly responseStream: false } ? K : never;
}[keyof D['methods']] &
  string;

/** The path of a method in HTTP/2, e.g. `/axion.runner.RunnerAgentService/Heartbeat`. */
export const methodPath = (service: ServiceDefinition, method: MethodDefinition): string => `/${service.fullName}/${method.name}`;

/** The methods that adapters of this package serve and call. */
export const unaryMethods = (service: ServiceDefinition): readonly (readonly [key: string, method: MethodDefinition])[] =>
  Object.entries(service.methods).filter(([, method]) => !method.requestStream && !method.responseStream);
