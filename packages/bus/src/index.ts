export type {
  ActionHandler,
  Actions,
  Beats,
  Bucket,
  BucketChange,
  BucketEntry,
  Bus,
  Commands,
  EventFilter,
  Events,
  HealthSource,
  Lease,
  Leases,
  MetricsScrape,
  Outbox,
  OutboxBatch,
  PendingCommand,
  Presence,
  PresenceOptions,
  Published,
  QueuedCommand,
  ScrapedMetrics,
  SequencedEvent,
  StreamState,
  Subscription,
  TappedMessage,
  Telemetry,
  TelemetryBatch,
} from './bus.ts';
export type { BusLog } from './bus-log.ts';
export { connectBus } from './connect-bus.ts';
export type { ConnectBusOptions } from './connect-bus.ts';
export { KnownIdentity } from './known-identity.ts';
export { BusServer } from './server/bus-server.ts';
export type { BusServerOptions } from './server/bus-server.ts';
export { busServerOptions } from './server/bus-settings.ts';
export type { BusSettings } from './server/bus-settings.ts';
export { natsServerBinary } from './server/nats-server-binary.ts';
export { endWithParent } from './server/orphan-guard.ts';
export { createCredentials } from './server/credentials.ts';
export type { BusUsers } from './server/credentials.ts';
export { NATS_SERVER_ENV, natsServerConfig } from './server/nats-server-config.ts';
export { prepareBus } from './server/prepare-bus.ts';
export type { PrepareBusOptions } from './server/prepare-bus.ts';
export { provisionBus } from './server/provision-bus.ts';
export type { ProvisionBusOptions, ProvisionedStream } from './server/provision-bus.ts';
export { isBusTrouble } from './command-loop/execution.ts';
export { CommandLoop } from './command-loop/command-loop.ts';
export type { CommandLoopOptions } from './command-loop/command-loop.ts';
export type { CommandHandler, CommandRun, ExecutionTrace } from './command-loop/command-run.ts';
