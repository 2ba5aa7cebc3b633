import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnComponent, waitFor } from '@axion/testkit';

/** A control plane for one agent. */
export interface Plane {
  readonly grpcPort: number;
  readonly token: string;
  /** Holds the token and nothing else. */
  readonly tokenFile: string;
  /** The id it gave to the agent, once that has enrolled. */
  agentId(timeoutMs: number): Promise<string>;
}

/** Starts the reference control plane; its token lies in `folder`. */
export const startPlane = async (folder: string, stack: AsyncDisposableStack): Promise<Plane> => {
  const token = randomBytes(16).toString('hex');
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, token, { mode: 0o600 });
  const plane = stack.use(await spawnComponent('control-plane', { args: ['--token-file', tokenFile], ready: /grpc_port/ }));
  const said = JSON.parse(await plane.line(/grpc_port/)) as { grpc_port: number; agents_url: string };
  return {
    grpcPort: said.grpc_port,
    token,
    tokenFile,
    agentId: (timeoutMs) =>
      waitFor(async () => ((await (await fetch(said.agents_url)).json()) as { agents: { agent_id: string }[] }).agents[0]?.agent_id, { what: 'the agent to enrol', timeoutMs, intervalMs: 250 }),
  };
};
