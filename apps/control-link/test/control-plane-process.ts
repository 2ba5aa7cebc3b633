import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnComponent, tempDir, waitFor, type ServerProcess } from '@axion/testkit';

/** An agent as `GET /agents` of the reference control plane shows it. */
export interface SeenAgent {
  readonly agent_id: string;
  readonly server_id: string;
  readonly registrations: number;
  readonly heartbeats: number;
  /** Its control channel is open. */
  readonly channel: boolean;
  readonly info: { readonly version: string; readonly serverInfo: { readonly totalMemory: number; readonly cpuCores: number; readonly dockerVersion: string } };
  readonly health: { readonly cpuUsage: number; readonly memoryUsage: number; readonly activeContainers: number; readonly lastHeartbeat: number };
  readonly metrics: { readonly values: number; readonly repeated: number; readonly passes: number; readonly latest_passes: readonly number[] };
}

/** A node as `GET /nodes` of the reference control plane shows it; messages as proto3 JSON. */
export interface SeenNode {
  readonly node_id: string;
  readonly registrations: number;
  readonly heartbeats: number;
  readonly draining: boolean;
  readonly registration: {
    readonly grpcEndpoint: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly capabilities: { readonly supportedWorkloadTypes?: readonly string[]; readonly supportedStorageDrivers: readonly string[]; readonly cpuTotalMillicores: number; readonly memoryTotalMb: number; readonly storagePools: readonly { readonly totalGb: number }[] };
  };
  readonly last?: {
    readonly usage: Readonly<Record<string, number>>;
    readonly workloadStatuses?: readonly SeenWorkload[];
    readonly workloadUsage?: readonly Readonly<Record<string, unknown>>[];
  };
  /** `ID STATE` each time that a state was another than before. */
  readonly told: readonly string[];
}

export interface SeenWorkload {
  readonly workloadId: string;
  readonly state: string;
  readonly failureReason?: string;
  readonly message?: string;
  readonly lastTransition: string;
  readonly reason?: { readonly code: string; readonly message: string; readonly lastTransition?: string; readonly nextRetryAt?: string; readonly retryable?: boolean };
  readonly usage?: { readonly memoryBytes?: number; readonly source: string };
}

/** What came of an action; messages as proto3 JSON. */
export interface SeenOutcome {
  readonly accepted: boolean;
  readonly chunks: readonly { readonly sequence?: number; readonly logs: { readonly lines: readonly { readonly serviceName: string; readonly text: string }[] } }[];
  readonly end: { readonly answer?: { readonly json?: string }; readonly failure?: { readonly code: string; readonly error?: { readonly code: string; readonly message: string } }; readonly lost?: string };
}

/** The reference control plane as a process that can be killed, frozen and started again on its port. */
export class ControlPlaneProcess implements AsyncDisposable {
  readonly #tokenFile: string;
  readonly #remove: () => Promise<void>;
  #server: ServerProcess | undefined;
  readonly #more: readonly string[];
  #ports = { grpc: 0, http: 0, scheduler: 0 };

  private constructor(tokenFile: string, remove: () => Promise<void>, more: readonly string[]) {
    this.#tokenFile = tokenFile;
    this.#remove = remove;
    this.#more = more;
  }

  /** @param more further arguments, e.g. of its scheduler */
  static async start(token: string, more: readonly string[] = []): Promise<ControlPlaneProcess> {
    const folder = await tempDir('plane');
    const tokenFile = join(folder.path, 'token');
    writeFileSync(tokenFile, token, { mode: 0o600 });
    const plane = new ControlPlaneProcess(tokenFile, () => folder.remove(), more);
    await plane.restart();
    return plane;
  }

  /** The tokens that are good from now on. */
  accept(...tokens: readonly string[]): void {
    writeFileSync(this.#tokenFile, tokens.join('\n'), { mode: 0o600 });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports.grpc}`;
  }

  get process(): ServerProcess {
    if (this.#server === undefined) throw new Error('the control plane was not started');
    return this.#server;
  }

  /** Starts it, with nothing remembered, on the ports it had. */
  async restart(): Promise<void> {
    const { grpc, http, scheduler } = this.#ports;
    const args = ['--token-file', this.#tokenFile, '--grpc-port', String(grpc), '--http-port', String(http), '--scheduler-port', String(scheduler), ...this.#more];
    this.#server = await spawnComponent('control-plane', { args, ready: /grpc_port/ });
    const line = JSON.parse(await this.#server.line(/grpc_port/)) as { grpc_port: number; http_port: number; scheduler_port: number };
    this.#ports = { grpc: line.grpc_port, http: line.http_port, scheduler: line.scheduler_port };
  }

  /** `host:port` of its scheduler. */
  get scheduler(): string {
    return `127.0.0.1:${this.#ports.scheduler}`;
  }

  async agents(): Promise<readonly SeenAgent[]> {
    return (await this.#ask<{ agents: readonly SeenAgent[] }>('GET', '/agents')).agents;
  }

  async nodes(): Promise<readonly SeenNode[]> {
    return (await this.#ask<{ nodes: readonly SeenNode[] }>('GET', '/nodes')).nodes;
  }

  /** What the scheduler says of a node from now on. */
  async say(node: string, verb: 'drain' | 'undrain' | 'expire'): Promise<void> {
    await this.#ask('POST', `/nodes/${node}/${verb}`);
  }

  /** Sends an action over the channel of the one agent and waits for its end. */
  async act(action: object, reading: { readonly credit?: number; readonly cancelAfter?: number } = {}): Promise<SeenOutcome> {
    const { agent_id: agent } = await this.agent('an open channel', ({ channel }) => channel);
    const { credit = 8, cancelAfter = 0 } = reading;
    return this.#ask('POST', `/agents/${agent}/actions?credit=${credit}&cancel_after=${cancelAfter}`, action);
  }

  /** Waits until the one node is as `wanted` says. */
  node(what: string, wanted: (node: SeenNode) => boolean, timeoutMs = 20_000): Promise<SeenNode> {
    return waitFor(async () => (await this.nodes()).find(wanted), { what, timeoutMs });
  }

  /** Waits until the one agent is as `wanted` says. */
  agent(what: string, wanted: (agent: SeenAgent) => boolean, timeoutMs = 20_000): Promise<SeenAgent> {
    return waitFor(async () => (await this.agents()).find(wanted), { what, timeoutMs });
  }

  async #ask<T>(method: string, path: string, body?: object): Promise<T> {
    const patience = AbortSignal.timeout(body === undefined ? 2000 : 30_000);
    const answer = await fetch(`http://127.0.0.1:${this.#ports.http}${path}`, { method, signal: patience, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    return (await answer.json()) as T;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.kill();
    await this.#remove();
  }
}
