// The demo's main job: what a control plane does with an agent, over a real broker, and what it sees.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { untilAborted } from '@axion/core';
import { KafkaControl } from './control.ts';
import type { Ended } from './control.ts';
import { printEvent, printRollback, printServices, printTable, style } from './report.ts';
import type { Stop } from './report.ts';
import type { Session } from '../session/session.ts';
import type { Surroundings } from './surroundings.ts';

const stackFile = (name: string): string => readFileSync(join(import.meta.dirname, '../../examples', name), 'utf8');

type ProjectPayload = Readonly<Record<string, unknown>> & { readonly project_id: string };

/** Takes an agent through its main job; returns how many steps did not end as they should. */
export const giveTour = async (around: Surroundings, { signal, stack }: Session): Promise<number> => {
  const { project } = around;
  const variables = { IMAGE: around.image, API_KEY: 'only-for-the-demo', GREETING: 'hello' };
  const control = stack.use(new KafkaControl(around.brokers, around.agentId));
  await untilAborted(control.open(), signal);
  const stops: Stop[] = [];
  const stop = async (what: string, type: string, payload: ProjectPayload, wanted: string): Promise<Ended> => {
    process.stdout.write(`\n${style('bold', what)}\n`);
    const ended = await untilAborted(control.run(type, payload, printEvent), signal);
    stops.push({ what, ended, wanted });
    return ended;
  };
  const deploy = (file: string): ProjectPayload => ({ project_id: project, docker_stack_yml: stackFile(file), env_vars: variables, timeout_seconds: 120 });

  await stop('Deploy hello: two services, a network, a config, a secret', 'Deploy', deploy('hello.yml'), 'DeployCompleted');
  await stop('Scale web to 2', 'Scale', { project_id: project, service_name: 'web', replicas: 2 }, 'StatusReport');
  const status = await stop('Ask for its status', 'GetStatus', { project_id: project }, 'StatusReport');
  printServices(status.terminal.payload);
  const broken = await stop('Deploy a revision that cannot work', 'Deploy', deploy('hello-broken.yml'), 'DeployFailed');
  printRollback(broken.terminal.payload);
  const after = await stop('Status after the rollback', 'GetStatus', { project_id: project }, 'StatusReport');
  printServices(after.terminal.payload);
  await stop('Stop the project', 'Stop', { project_id: project }, 'StatusReport');
  const silent = await printMeanwhile(around);
  printTable(stops);
  return silent + stops.filter(({ ended, wanted }) => ended.terminal.event_type !== wanted).length;
};

interface KnownAgent {
  readonly server_id: string;
  readonly heartbeats: number;
  readonly metrics: { readonly calls: number; readonly values: number; readonly names: readonly string[] };
}

/** What went on beside the commands: heartbeats and metrics at the control plane, the health port. Returns how much of it did not. */
const printMeanwhile = async ({ controlPlaneUrl, healthUrl }: Surroundings): Promise<number> => {
  process.stdout.write(`\n${style('bold', 'Meanwhile')}\n`);
  const say = (good: boolean, text: string): number => {
    process.stdout.write(`    ${good ? text : style('red', text)}\n`);
    return good ? 0 : 1;
  };
  const { agents } = (await (await fetch(`${controlPlaneUrl}/agents`)).json()) as { agents: readonly KnownAgent[] };
  const health = await fetch(`${healthUrl}/health`);
  const { status, message, components } = (await health.json()) as { status: string; message: string; components: Record<string, unknown> };
  const series = (await (await fetch(`${healthUrl}/metrics`)).text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const memory = series.find((line) => line.startsWith('node_memory_MemAvailable_bytes'));
  const told = agents.map(({ server_id: server, heartbeats, metrics }) =>
    say(heartbeats > 0 && metrics.values > 0, `control plane  ${server}: ${heartbeats} heartbeats, ${metrics.values} samples of ${metrics.names.length} metrics in ${metrics.calls} calls`),
  );
  return [
    ...told,
    say(health.ok, `/health        ${health.status} ${status}, ${Object.keys(components).length} components${health.ok ? '' : `: ${message}`}`),
    say(memory !== undefined, `/metrics       ${series.length} series, e.g. ${memory ?? '-'}`),
  ].reduce((sum, wrong) => sum + wrong, 0);
};
