import { waitFor } from '@axion/testkit';
import { Random } from '../faults/random.ts';
import { planCommands } from '../faults/scenario.ts';
import type { Intent, PlannedCommand } from '../faults/scenario.ts';
import { ends, violations } from '../faults/verdict.ts';
import type { KafkaSide } from '../session/kafka-side.ts';
import { IMAGE } from './guest.ts';
import type { Machine } from './machine.ts';
import type { Workload } from './workloads.ts';

const PROJECTS = ['alpha', 'beta'] as const;

/** A stream of commands at the agent in the machine, and a verdict on all of them so far. */
export class Load {
  readonly #machine: Machine;
  readonly #kafka: KafkaSide;
  readonly #planned: readonly PlannedCommand[];
  #sent = 0;
  /** Where the last deployment's commands begin. */
  #since = 0;
  readonly #kept: Workload[] = [];

  constructor(machine: Machine, kafka: KafkaSide, runId: string) {
    this.#machine = machine;
    this.#kafka = kafka;
    // One plan for the whole run: what a command does depends on those before it.
    this.#planned = planCommands(new Random(7), { commands: 1000, projects: PROJECTS, image: IMAGE, runId }).map((command) =>
      // What converges in seconds elsewhere takes minutes in an emulated machine.
      command.type === 'Deploy' ? { ...command, payload: { ...command.payload, timeout_seconds: 1800 } } : command,
    );
  }

  get sent(): readonly PlannedCommand[] {
    return this.#planned.slice(0, this.#sent);
  }

  /** Sends the next commands; Kafka has them when this resolves. */
  async send(count: number): Promise<void> {
    for (const command of this.#planned.slice(this.#sent, this.#sent + count)) {
      await this.#kafka.produce(command);
      this.#sent += 1;
    }
  }

  /** The next commands, a deployment among them. */
  async sendDeployment(count: number): Promise<void> {
    const deploys = (): boolean => this.sent.slice(before).some(({ type }) => type === 'Deploy');
    const before = this.#sent;
    for (await this.send(count); !deploys(); ) await this.send(1);
    this.#since = before;
  }

  /** Until the agent has said so much of the last deployment and what was sent with it. */
  async heard(events: number): Promise<void> {
    const sent = new Set(this.sent.slice(this.#since).map(({ id }) => id));
    const said = (): number => this.#kafka.events.filter(({ causationId = '' }) => sent.has(causationId)).length;
    await waitFor(() => said() >= events, { what: `${events} events`, timeoutMs: 300_000, intervalMs: 20 });
  }

  /** Asks for what is to run from now on, whatever happens; every `settle` looks for it. */
  async keep(workload: Workload): Promise<string> {
    const { id, spec } = workload;
    await this.#kafka.produce({ id: `apply-${id}`, type: 'ApplyWorkload', project: id, payload: { id, revision_id: 'r1', desired_state: 'DESIRED_STATE_RUNNING', spec } });
    const end = await waitFor(() => this.#kafka.events.find(({ causationId, type }) => causationId === `apply-${id}` && ends('Restart', type)), { what: `the end of apply-${id}`, timeoutMs: 1_200_000, intervalMs: 200 });
    if (end.type !== 'StatusReport') throw new Error(`${id}: ${end.message ?? end.type}`);
    this.#kept.push(workload);
    await this.#runs(workload);
    return `${id} runs`;
  }

  async #runs({ id, runs }: Workload): Promise<void> {
    await this.#machine.until(`the workload ${id} to run`, runs);
  }

  /** Waits until every command sent has ended, and throws unless every promise was kept. */
  async settle(timeoutMs = 3_600_000): Promise<string> {
    const open = (): readonly PlannedCommand[] => this.sent.filter(({ id, type }) => !this.#kafka.events.some((event) => event.causationId === id && ends(type, event.type)));
    await waitFor(() => open().length === 0, { what: 'every command to end', timeoutMs, intervalMs: 1000 }).catch((error: unknown) => {
      throw new Error(`${open().length} of ${this.#sent} commands have no end: ${open().map(({ id, type }) => `${type} ${id}`).join(', ')}`, { cause: error });
    });
    const broken = violations(this.sent, this.#kafka.events, await this.#state(), 0);
    if (broken.length > 0) throw new Error(broken.join('; '));
    for (const workload of this.#kept) await this.#runs(workload);
    const kept = this.#kept.length === 0 ? '' : `; ${this.#kept.map(({ id }) => id).join(', ')} run`;
    return `${this.#sent} commands so far, each with its one end, the engine as the last ones want it${kept}`;
  }

  async #state(): Promise<ReadonlyMap<string, Intent>> {
    const text = await this.#machine.sh(`ids=$(docker service ls -q); [ -z "$ids" ] || docker service inspect $ids --format '{{.Spec.Name}} {{.Spec.Mode.Replicated.Replicas}} {{join .Spec.TaskTemplate.ContainerSpec.Env ","}}'`);
    return new Map(
      PROJECTS.map((project) => {
        const [, replicas, env] = text.split('\n').find((line) => line.startsWith(`axion-${project}_web `))?.split(' ') ?? [];
        return [project, replicas === undefined ? undefined : { revision: /REVISION=([^,]+)/.exec(env ?? '')?.[1] ?? '?', replicas: Number(replicas) }];
      }),
    );
  }
}
