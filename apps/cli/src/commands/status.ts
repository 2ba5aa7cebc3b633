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

/** `axion status`: how the agent and its components are. */
export const addStatus = (program: Command, context: CommandContext): void => {
  program
    .command('status')
    .description('how the agent and its components are; exit code 1 when unhealthy')
    .addHelpText('after', `
Examples:
  axion status                                     a table
  axion --json status | jq .components             what /health says
  axion --config /etc/axion/agent.toml status      of the agent with this configuration`)
    .action(async () => {
      const { config } = context.config();
      const { bind, port } = config.health;
      const host = bind === '0.0.0.0' || bind === '::' ? '127.0.0.1' : bind;
      const health = await fetchHealth(`http://${host.includes(':') ? `[${host}]` : host}:${port}`, context.signal);
      const out = context.output();
      out.result(health, () => {
        out.line(`agent ${coloured(out, health.status)}, version ${health.version}, up ${durationText(health.uptime)}`);
        out.table(
          ['component', 'status', 'for', 'message'],
          Object.entries(health.components).map(([name, { status, since, message }]) => [name, coloured(out, status), since ? durationText((Date.now() - Date.parse(since)) / 1000) : '', message]),
        );
      });
      if (health.status === 'unhealthy') process.exitCode = 1;
    });
};
