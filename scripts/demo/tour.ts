// The demo's main job: what a control plane does with an agent, over a real broker, and what it sees.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { untilAborted } from '@axion/core';
import { KafkaControl } from './control.ts';
import type { Ended } from './control.ts';
import { printEvent, printFailure, printServices, printTable, style } from './report.ts';
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
  printFailure(broken.terminal.payload);
  const after = await stop('Status after the rollback', 'GetStatus', { project_id: project }, 'StatusReport');
  printServices(after.terminal.payload);
  await stop('Stop the project', 'Stop', { project_id: project }, 'StatusReport');
  await printMeanwhile(around);
  printTable(stops);
  return stops.filter(({ ended, wanted }) => ended.terminal.event_type !== wanted).length;
};

/** What went on beside the commands: heartbeats and metrics at the control plane, the health port. */
const printMeanwhile = async (around: Surroundings): Promise<void> => {
  process.stdout.write(`\n${style('bold', 'Meanwhile')}\n`);
  const { agents } = (await (await fetch(`${around.controlPlaneUrl}/agents`)).json()) as { agents: { server_id: string; heartbeats: number; metrics: { calls: number; values: number; names: string[] } }[] };
  for (const { server_id: server, heartbeats, metrics } of agents) {
    process.stdout.write(`    control plane  ${server}: ${heartbeats} heartbeats, ${metrics.values} samples of ${metrics.names.length} metrics in ${metrics.calls} calls\n`);
  }
  const health = await fetch(`${around.healthUrl}/health`);
  const report = (await health.json()) as { status: string; components: Record<string, unknown> };
  process.stdout.write(`    /health        ${health.status} ${report.status}, ${Object.keys(report.components).length} components\n`);
  const series = (await (await fetch(`${around.healthUrl}/metrics`)).text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  process.stdout.write(`    /metrics       ${series.length} series, e.g. ${series.find((line) => line.startsWith('node_memory_MemAvailable_bytes')) ?? '-'}\n`);
};
