import type { Bus } from '@axion/bus';
import type { HealthBeat } from '@axion/contracts';
import { spawnComponent } from '@axion/testkit';
import type { ServerProcess, TestBus } from '@axion/testkit';
import type { AgentHealth } from '../src/mapping/agent-health.ts';

/** A health endpoint under test: the real process, asked over HTTP. */
export interface Endpoint extends AsyncDisposable {
  readonly process: ServerProcess;
  readonly url: string;
  get(path: string, accept?: string): Promise<{ status: number; text: string; ms: number }>;
  health(): Promise<AgentHealth>;
}

/** The configuration of a component on `bus`. */
export const configOf = (bus: Pick<TestBus, 'url' | 'credentialsDir'>): Record<string, string> => ({
  AXION_AGENT__BUS__URL: bus.url,
  AXION_AGENT__BUS__CREDENTIALS_DIR: bus.credentialsDir,
  AXION_AGENT__KAFKA__ENABLED: 'false',
  AXION_AGENT__WORKLOADS__ENABLED: 'false',
  AXION_AGENT__TELEMETRY__INTERVAL_SECONDS: '1',
});

export const startEndpoint = async (bus: Pick<TestBus, 'url' | 'credentialsDir'>, env: Readonly<Record<string, string>> = {}): Promise<Endpoint> => {
  const process = await spawnComponent('health-endpoint', {
    env: { ...configOf(bus), AXION_AGENT__HEALTH__PORT: '0', AXION_AGENT__HEALTH__FAILURE_THRESHOLD: '2', AXION_AGENT__HEALTH__CHECK_INTERVAL: '1', ...env },
  });
  const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(await process.line(/listening on/))!;
  const get: Endpoint['get'] = async (path, accept) => {
    const started = performance.now();
    const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(10_000), headers: accept === undefined ? {} : { accept } });
    return { status: answer.status, text: await answer.text(), ms: performance.now() - started };
  };
  return {
    process,
    url,
    get,
    health: async () => JSON.parse((await get('/health')).text) as AgentHealth,
    [Symbol.asyncDispose]: async () => void (await process.stop()),
  };
};

/** Stands in for a component whose own process would need an engine or a broker: its connection, beats and answers are real. */
export const beatAs = async (bus: Bus): Promise<void> => {
  const beat = (): HealthBeat => ({
    component: bus.user,
    instance: bus.instance,
    version: '0.0.1',
    pid: process.pid,
    lifecycle: 'ready',
    status: 'healthy',
    message: 'ready',
    since: '2026-01-01T00:00:00.000Z',
    started_at: '2026-01-01T00:00:00.000Z',
    checks: [],
  });
  const metrics = { getMetricsAsJSON: async () => [{ name: 'agent_uptime_seconds', help: 'Uptime.', type: 'gauge', values: [{ value: 1, labels: {} }] }] };
  await bus.presence({ health: { beat, onChange: () => () => {} }, metrics }).start(new AbortController().signal);
};
