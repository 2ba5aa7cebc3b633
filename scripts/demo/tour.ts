// The demo's main job: what a control plane does with an agent, over a real broker, and what it sees.
import { readFileSync } from 'node:fs';
import { KafkaControl } from './control.ts';
import type { Ended } from './control.ts';
import { printEvent, printTable, style } from './report.ts';
import type { Stop } from './report.ts';

/** Where the demo's script started things. */
interface Surroundings {
  readonly brokers: readonly string[];
  readonly agentId: string;
  readonly image: string;
  readonly controlPlaneUrl: string;
  readonly healthUrl: string;
  readonly examples: string;
}

const around = JSON.parse(process.env['AXION_DEMO'] ?? '{}') as Surroundings;
const project = 'hello';
const stack = (name: string): string => readFileSync(`${around.examples}/${name}`, 'utf8');
const variables = { IMAGE: around.image, API_KEY: 'only-for-the-demo', GREETING: 'hello' };

const control = new KafkaControl(around.brokers, around.agentId);
await control.open();
const stops: Stop[] = [];

const stop = async (what: string, type: string, payload: Readonly<Record<string, unknown>> & { readonly project_id: string }, wanted: string): Promise<Ended> => {
  process.stdout.write(`\n${style('bold', what)}\n`);
  const ended = await control.run(type, payload, printEvent);
  stops.push({ what, ended, wanted });
  return ended;
};

await stop('Deploy hello: two services, a network, a config, a secret', 'Deploy', { project_id: project, docker_stack_yml: stack('hello.yml'), env_vars: variables, timeout_seconds: 120 }, 'DeployCompleted');
await stop('Scale web to 2', 'Scale', { project_id: project, service_name: 'web', replicas: 2 }, 'StatusReport');
const status = await stop('Ask for its status', 'GetStatus', { project_id: project }, 'StatusReport');
process.stdout.write(`    ${style('dim', JSON.stringify(status.terminal.payload))}\n`);
const broken = await stop('Deploy a revision that cannot work', 'Deploy', { project_id: project, docker_stack_yml: stack('hello-broken.yml'), env_vars: variables, timeout_seconds: 120 }, 'DeployFailed');
process.stdout.write(`    ${style('dim', JSON.stringify(broken.terminal.payload['details'] ?? broken.terminal.payload))}\n`);
await stop('Status after the rollback', 'GetStatus', { project_id: project }, 'StatusReport');
await stop('Stop the project', 'Stop', { project_id: project }, 'StatusReport');

process.stdout.write(`\n${style('bold', 'Meanwhile')}\n`);
const agents: unknown = await (await fetch(`${around.controlPlaneUrl}/agents`)).json();
process.stdout.write(`    control plane  ${JSON.stringify(agents)}\n`);
const health = await fetch(`${around.healthUrl}/health`);
const report = (await health.json()) as { status: string; components: Record<string, unknown> };
process.stdout.write(`    /health        ${health.status} ${report.status}, ${Object.keys(report.components).length} components\n`);
const metrics = await (await fetch(`${around.healthUrl}/metrics`)).text();
process.stdout.write(`    /metrics       ${metrics.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length} series, e.g. ${metrics.split('\n').find((line) => line.startsWith('node_memory_MemAvailable_bytes')) ?? '-'}\n`);

printTable(stops);
await control.close();
const wrong = stops.filter(({ ended, wanted }) => ended.terminal.event_type !== wanted);
if (wrong.length > 0) {
  process.stdout.write(`\n${style('red', `${wrong.length} of ${stops.length} steps did not end as they should`)}\n`);
  process.exitCode = 1;
}
