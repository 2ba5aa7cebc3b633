import { AxionError } from '@axion/core';
import type { CommandHandler } from '@axion/bus';
import { heldBack } from '@axion/contracts';
import type { CommandType, NodeHold } from '@axion/contracts';
import type { Engine } from '@axion/docker-engine';
import { whileEngineAway } from '@axion/swarm-stack';
import type { Tracer } from '@axion/tracing';
import type { Handler } from '../commands/command-handler.ts';
import { deploy } from '../commands/deploy.ts';
import { getStatus } from '../commands/get-status.ts';
import { healthCheck } from '../commands/health-check.ts';
import { plan } from '../commands/plan.ts';
import { restart } from '../commands/restart.ts';
import { rollback } from '../commands/rollback.ts';
import { scale } from '../commands/scale.ts';
import { stop } from '../commands/stop.ts';
import { swarmInit, swarmJoin, swarmLeave } from '../commands/swarm-membership.ts';
import type { Workshop } from '../deployment/workshop.ts';
import { fencedEngine } from './fenced-engine.ts';
import { tracedEngine } from './traced-engine.ts';
import { WorkPlace } from './work-place.ts';

const HANDLERS: Partial<Readonly<Record<CommandType, Handler>>> = {
  Deploy: deploy,
  Rollback: rollback,
  Scale: scale,
  Stop: stop,
  Restart: restart,
  GetStatus: getStatus,
  HealthCheck: healthCheck,
  Plan: plan,
  SwarmInit: swarmInit,
  SwarmJoin: swarmJoin,
  SwarmLeave: swarmLeave,
};

/** Those whose answer is how things stand now, and those that bring a stack up, which is patient by itself and concludes what failed. */
const ANSWERS_AT_ONCE: ReadonlySet<CommandType> = new Set(['GetStatus', 'HealthCheck', 'Plan', 'Deploy', 'Rollback']);

/**
 * The executor's answer to each command: its handler, with an engine that the run's lease fences and its trace follows.
 * What changes something waits for an engine that restarts and then goes on, as it would after a crash of this process.
 */
export const executeCommand =
  (workshop: Workshop, tracer: Tracer, hold: () => NodeHold | undefined): CommandHandler =>
  async (run) => {
    const handler = HANDLERS[run.command.type];
    if (handler === undefined) throw new AxionError('UNIMPLEMENTED', `this executor does not know ${run.command.type}`, { reason: 'UNKNOWN_TYPE', retryable: false });
    const held = hold();
    // One that was sent before may be under way, or waits behind others: it is done.
    if (held !== undefined && run.command.type === 'Deploy' && Date.parse(run.command.timestamp) >= Date.parse(held.since)) throw heldBack(held, 'deployments');
    const engine = tracedEngine(workshop.engine, tracer, run.command.headers['traceparent']);
    const fenced = fencedEngine(engine, () => run.lease.assertHeld());
    const place = new WorkPlace(run);
    const offSlot = place.offSlot.bind(place);
    const execute = (heard: Engine) => handler({ ...workshop, engine: heard }, { ...run, offSlot });
    if (ANSWERS_AT_ONCE.has(run.command.type)) return execute(fenced);
    const { clock, settings } = workshop;
    return whileEngineAway(fenced, execute, { clock, offSlot, until: clock.monotonic() + settings.timeoutMs, signal: AbortSignal.any([run.handBack, run.cancelled]) });
  };
