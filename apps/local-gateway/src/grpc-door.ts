import { healthService, reflectionServices, ServingState, startServer } from '@axion/grpc-kit';
import type { RunningServer, ServedService, ServerTls } from '@axion/grpc-kit';
import type { HealthCheck, Logger, Service } from '@axion/service-kit';

export interface GrpcDoorOptions {
  /** For people, e.g. `local gRPC`. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly tls?: ServerTls | undefined;
  readonly services: readonly ServedService[];
  readonly health: HealthCheck;
  readonly log: Logger;
}

const CLOSE_MS = 1000;

/** One gRPC port with services, gRPC health and reflection. While it drains its health says so, and it takes the last calls. */
export class GrpcDoor implements Service {
  readonly name: string;
  readonly #options: GrpcDoorOptions;
  readonly #state = new ServingState();
  #server: RunningServer | undefined;

  constructor(options: GrpcDoorOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async start(): Promise<void> {
    const { name, host, port, tls, services, health, log } = this.#options;
    const names = services.map(({ definition }) => definition.fullName);
    this.#server = await startServer({
      host,
      port,
      tls,
      services: [...services, healthService(names, this.#state), ...reflectionServices([...names, 'grpc.health.v1.Health'])],
      onDefect: (method, thrown) => log.error({ method, err: thrown }, 'a gRPC call failed for a reason of our own'),
    });
    log.info({ door: name, host, port: this.#server.port, tls: tls !== undefined }, 'listening');
    health.healthy(`listens on ${host}:${this.#server.port}${tls === undefined ? '' : ' with mutual TLS'}`);
  }

  async drain(): Promise<void> {
    this.#state.serving = false;
  }

  async stop(): Promise<void> {
    await this.#server?.close(CLOSE_MS);
  }
}
