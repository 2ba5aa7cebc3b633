import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { AxionError } from '@axion/core';
import type { HealthState } from '@axion/contracts';
import type { CommandContext } from './context.ts';
import { durationText } from '../print/duration.ts';
import type { Output } from '../print/output.ts';

/** `GET /health` of the health endpoint, as the outer contract gives it. */
interface HealthReport {
  readonly status: HealthState;
  readonly version: string;
  readonly uptime: number;
  readonly components: Readonly<Record<string, { readonly status: string; readonly message: string; readonly since?: string | null }>>;
}

const COLOURS: Readonly<Record<string, 'green' | 'yellow' | 'red' | 'dim'>> = { healthy: 'green', degraded: 'yellow', unhealthy: 'red' };
const coloured = (out: Output, status: string): string => out.style(COLOURS[status] ?? 'dim', status);

const fetchHealth = async (url: string, signal: AbortSignal): Promise<HealthReport> => {
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) });
    return (await answer.json()) as HealthReport;
  } catch (cause) {
    throw new AxionError('UNAVAILABLE', `the agent does not answer on ${url}: start it (axion run, or systemctl start axion-agent.target), or see its log`, { cause });
  }
};

interface StatusOptions {
  readonly wait?: number;
  readonly exclude: readonly string[];
}

const secondsOf = (text: string): number => {
  if (/^\d+$/.test(text)) return Number(text);
  throw new AxionError('INVALID_ARGUMENT', `--wait ${text}: whole seconds, please`);
};

/** What has only just begun to connect is neither well nor ill yet: a refused token takes a moment to come back. */
const SETTLE_MS = 15_000;

/** Whether a component that is waited for is not well. A health endpoint that does not answer says nothing of that. */
const somethingAils = async (url: string, exclude: readonly string[], signal: AbortSignal): Promise<boolean> => {
  const health = await fetchHealth(url, signal).catch(() => undefined);
  return Object.entries(health?.components ?? {}).some(([name, { status }]) => !exclude.includes(name) && status !== 'healthy' && status !== 'disabled');
};

/**
 * Asks the health endpoint until it says that the agent is ready, and all is well or has had its time to be.
 *
 * @throws {AxionError} `DEADLINE_EXCEEDED`, with what is missing
 */
const waitReady = async (url: string, { wait = 0, exclude }: StatusOptions, signal: AbortSignal): Promise<void> => {
  const query = new URLSearchParams(exclude.map((name) => ['exclude', name]));
  const deadline = performance.now() + wait * 1000;
  let settled: number | undefined;
  for (;;) {
    const said = await fetch(`${url}/readyz?${query.toString()}`, { signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]) }).then(
      async (answer) => (answer.ok ? undefined : (await answer.text()).trim()),
      () => 'the health endpoint does not answer',
    );
    signal.throwIfAborted();
    const now = performance.now();
    if (said === undefined) {
      settled ??= Math.min(now + SETTLE_MS, deadline);
      if (now >= settled || !(await somethingAils(url, exclude, signal))) return;
    } else if (now >= deadline) throw new AxionError('DEADLINE_EXCEEDED', `the agent is not ready after ${wait} s: ${said}`);
    await sleep(500, undefined, { signal });
  }
};

/** `axion status`: how the agent and its components are. */
export const addStatus = (program: Command, context: CommandContext): void => {
  program
    .command('status')
    .description('how the agent and its components are; exit code 1 when unhealthy; with --wait, when it is not ready in time')
    .option('--wait <seconds>', 'first wait until the agent is ready, at most so long', secondsOf)
    .option('--exclude <component>', 'with --wait: one that is not waited for; may be repeated', (name: string, before: readonly string[]) => [...before, name], [])
    .addHelpText('after', `
Examples:
  axion status                                     a table
  axion status --wait 60                           after a start
  axion --json status | jq .components             what /health says
  axion --config /etc/axion/agent.toml status      of the agent with this configuration`)
    .action(async (options: StatusOptions) => {
      const { config } = context.config();
      const { bind, port } = config.health;
      const host = bind === '0.0.0.0' || bind === '::' ? '127.0.0.1' : bind;
      const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
      if (options.wait !== undefined) await waitReady(url, options, context.signal);
      const health = await fetchHealth(url, context.signal);
      const out = context.output();
      out.result(health, () => {
        out.line(`agent ${coloured(out, health.status)}, version ${health.version}, up ${durationText(health.uptime)}`);
        out.table(
          ['component', 'status', 'for', 'message'],
          Object.entries(health.components).map(([name, { status, since, message }]) => [name, coloured(out, status), since ? durationText((Date.now() - Date.parse(since)) / 1000) : '', message]),
        );
      });
      // Who waited was answered: what is left out may ail.
      if (options.wait === undefined && health.status === 'unhealthy') process.exitCode = 1;
    });
};
