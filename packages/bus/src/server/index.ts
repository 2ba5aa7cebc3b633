export { BusServer, provisionHere } from './bus-server.ts';
export type { BusServerOptions, Provision } from './bus-server.ts';
export { busServerOptions } from './bus-settings.ts';
export { natsServerBinary } from './nats-server-binary.ts';
export type { ProvisionBusOptions, ProvisionedStream } from './provision-bus.ts';
