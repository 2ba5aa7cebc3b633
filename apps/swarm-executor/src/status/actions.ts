import { AxionError } from '@axion/core';
import type { Bus, CommandLoop, Subscription } from '@axion/bus';
import { AGENT_KEY } from '@axion/contracts';
import type { Workshop } from '../deployment/workshop.ts';
import { lastLogs } from './last-logs.ts';
import { textField } from './text-field.ts';
import { allStatuses, projectStatus } from './project-status.ts';

/** The immediate actions: `status`, `engine`, `logs`, `cancel`. They read, or cancel; whatever changes a stack is a command. */
export class SwarmActions {
  readonly name = 'actions';
  readonly #bus: Pick<Bus, 'actions'>;
  readonly #workshop: Workshop;
  readonly #loop: Pick<CommandLoop, 'cancel'>;
  #served: readonly Subscription[] = [];

  constructor(bus: Pick<Bus, 'actions'>, workshop: Workshop, loop: Pick<CommandLoop, 'cancel'>) {
    this.#bus = bus;
    this.#workshop = workshop;
    this.#loop = loop;
  }

  async start(): Promise<void> {
    const { actions } = this.#bus;
    this.#served = [
      actions.serve('swarm', 'status', async (body, signal) => {
        const projectId = textField(body, 'project_id');
        return projectId === undefined ? { projects: await allStatuses(this.#workshop, signal) } : projectStatus(this.#workshop, projectId, signal);
      }),
      actions.serve('swarm', 'engine', async (_body, signal) => {
        const info = await this.#workshop.engine.swarm.info(signal);
        return { version: info.engineVersion, ...info };
      }),
      actions.serve('swarm', 'logs', (body, signal) => lastLogs(this.#workshop.engine, body, signal)),
      // Only the instance that has the project in hand can answer.
      actions.serve('swarm', 'cancel', (body) => this.#cancel(body), { every: true }),
    ];
  }

  async stop(): Promise<void> {
    for (const subscription of this.#served) subscription.stop();
  }

  async #cancel(body: unknown): Promise<unknown> {
    const commandId = textField(body, 'command_id');
    const by = new AxionError('CANCELLED', 'cancelled on request', { reason: 'CANCELLED', retryable: false });
    const target = { key: textField(body, 'project_id') ?? AGENT_KEY, ...(commandId === undefined ? {} : { commandId }) };
    const cancelled = await this.#loop.cancel(target, by);
    return cancelled === undefined ? undefined : { cancelled };
  }
}
