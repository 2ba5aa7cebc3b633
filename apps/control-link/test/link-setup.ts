import type { Bus } from '@axion/bus';
import { encodeSampleBatch, type AgentIdentity, type HealthBeat, type SampleRow } from '@axion/contracts';
import { spawnComponent, startBus, waitFor, type ServerProcess, type TestBus } from '@axion/testkit';
import { onTestFinished } from 'vitest';
import { ControlPlaneProcess } from './control-plane-process.ts';

export const TOKEN = 'enrolment-token-7f3a';

/** A component under test with everything it needs, all real; ends with the test. */
export interface LinkSetup {
  readonly bus: TestBus;
  readonly plane: ControlPlaneProcess;
  /** A connection that may look at everything. */
  readonly watcher: Bus;
  /** Starts control-link; `env` without the prefix of the agent's variables. */
  readonly start: (env?: Readonly<Record<string, string>>, ready?: false) => Promise<ServerProcess>;
  readonly identity: () => Promise<AgentIdentity | undefined>;
  /** Waits for a beat of control-link that is as wanted. */
  readonly beat: (what: string, wanted: (beat: HealthBeat) => boolean) => Promise<HealthBeat>;
  /** One of control-link's series, by its name. */
  readonly metric: (name: string) => Promise<number | undefined>;
}

/** @param planeArgs further arguments of the control plane */
export const linkSetup = async (planeArgs: readonly string[] = []): Promise<LinkSetup> => {
  const plane = await ControlPlaneProcess.start(TOKEN, planeArgs);
  onTestFinished(() => plane[Symbol.asyncDispose]());
  const bus = await startBus();
  onTestFinished(() => bus[Symbol.asyncDispose]());
  const watcher = await bus.connect('cli');
  let latest: HealthBeat | undefined;
  watcher.beats.subscribe((beat) => {
    if (beat.component === 'control-link') latest = beat;
  });
  return {
    bus,
    plane,
    watcher,
    start: async (env = {}, ready) => {
      const given: Record<string, string> = {
        BUS__URL: bus.url,
        BUS__CREDENTIALS_DIR: bus.credentialsDir,
        AGENT__SERVER_ID: 'host-1',
        AGENT__TOKEN: TOKEN,
        CONTROL_PLANE__GRPC_URL: plane.url,
        CONTROL_PLANE__HEARTBEAT_INTERVAL: '0.2',
        CONTROL_PLANE__TIMEOUT: '2',
        TELEMETRY__BATCH_SIZE: '20',
        LOGGING__LEVEL: 'trace',
        ...env,
      };
      const link = await spawnComponent('control-link', {
        env: Object.fromEntries(Object.entries(given).map(([key, value]) => [`AXION_AGENT__${key}`, value])),
        ...(ready === false ? { ready } : {}),
      });
      onTestFinished(async () => void (await link.kill()));
      return link;
    },
    identity: async () => (await watcher.bucket<AgentIdentity>('identity').get('agent'))?.value,
    beat: (what, wanted) => waitFor(() => (latest !== undefined && wanted(latest) ? latest : undefined), { what, timeoutMs: 20_000 }),
    metric: async (name) => {
      const found = (await watcher.metrics.scrape({ timeoutMs: 1000, expected: 1 })).find(({ component }) => component === 'control-link');
      const families = (found?.metrics ?? []) as readonly { readonly name: string; readonly values: readonly { readonly value: number }[] }[];
      return families.find((family) => family.name === name)?.values[0]?.value;
    },
  };
};

const SERIES = 50;

/** Puts passes on the bus as the sampler does, each of `SERIES` series. */
export const publishPasses = async (bus: Bus, times: readonly number[]): Promise<void> => {
  for (const at of times) {
    const rows = Array.from({ length: SERIES }, (_, index): SampleRow => [index, String(index)]);
    const memory = (name: string, value: number) => ({ name, type: 'gauge' as const, labels: [], rows: [[value] as SampleRow] });
    const families = [{ name: 'node_test', type: 'gauge' as const, labels: ['n'], rows }, memory('node_memory_MemTotal_bytes', 1000), memory('node_memory_MemAvailable_bytes', 400)];
    await bus.telemetry.publish('host', encodeSampleBatch({ version: 1, at, families }));
  }
};

/** Values that `publishPasses` puts into one pass. */
export const VALUES_A_PASS = SERIES + 2;
