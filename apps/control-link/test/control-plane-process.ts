import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnComponent, tempDir, waitFor, type ServerProcess } from '@axion/testkit';

/** An agent as `GET /agents` of the reference control plane shows it. */
export interface SeenAgent {
  readonly agent_id: string;
  readonly server_id: string;
  readonly registrations: number;
  readonly heartbeats: number;
  readonly info: { readonly version: string; readonly serverInfo: { readonly totalMemory: number; readonly cpuCores: number; readonly dockerVersion: string } };
  readonly health: { readonly cpuUsage: number; readonly memoryUsage: number; readonly activeContainers: number; readonly lastHeartbeat: number };
  readonly metrics: { readonly values: number; readonly repeated: number; readonly passes: number; readonly latest_passes: readonly number[] };
}

/** The reference control plane as a process that can be killed, frozen and started again on its port. */
export class ControlPlaneProcess implements AsyncDisposable {
  readonly #tokenFile: string;
  readonly #remove: () => Promise<void>;
  #server: ServerProcess | undefined;
  #ports = { grpc: 0, http: 0 };

  private constructor(tokenFile: string, remove: () => Promise<void>) {
    this.#tokenFile = tokenFile;
    this.#remove = remove;
  }

  static async start(token: string): Promise<ControlPlaneProcess> {
    const folder = await tempDir('plane');
    const tokenFile = join(folder.path, 'token');
    writeFileSync(tokenFile, token, { mode: 0o600 });
    const plane = new ControlPlaneProcess(tokenFile, () => folder.remove());
    await plane.restart();
    return plane;
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
    const { grpc, http } = this.#ports;
    const args = ['--token-file', this.#tokenFile, '--grpc-port', String(grpc), '--http-port', String(http)];
    this.#server = await spawnComponent('control-plane', { args, ready: /grpc_port/ });
    const line = JSON.parse(await this.#server.line(/grpc_port/)) as { grpc_port: number; http_port: number };
    this.#ports = { grpc: line.grpc_port, http: line.http_port };
  }

  async agents(): Promise<readonly SeenAgent[]> {
    const answer = await fetch(`http://127.0.0.1:${this.#ports.http}/agents`, { signal: AbortSignal.timeout(2000) });
    return ((await answer.json()) as { agents: readonly SeenAgent[] }).agents;
  }

  /** Waits until the one agent is as `wanted` says. */
  agent(what: string, wanted: (agent: SeenAgent) => boolean, timeoutMs = 20_000): Promise<SeenAgent> {
    return waitFor(async () => (await this.agents()).find(wanted), { what, timeoutMs });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.kill();
    await this.#remove();
  }
}
