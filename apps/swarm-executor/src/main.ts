import { join } from 'node:path';
import { CommandLoop, connectBus, KnownIdentity } from '@axion/bus';
import { isReadOnly } from '@axion/contracts';
import { systemClock } from '@axion/core';
import { openEngine } from '@axion/docker-engine';
import { beatSource, readKeyFile, runComponent, SealedBox } from '@axion/service-kit';
import { commandTraces, openTracer } from '@axion/tracing';
import { EngineWatch } from '@axion/swarm-stack';
import { loginMarks } from './deployment/login-mark.ts';
import type { Workshop } from './deployment/workshop.ts';
import { DriftWatch } from './drift/drift-watch.ts';
import { EngineCheck } from './execute/engine-check.ts';
import { executeCommand } from './execute/handlers.ts';
import { executorMetrics } from './execute/metrics.ts';
import { ProjectStore } from './revisions/project-store.ts';
import { RevisionStore } from './revisions/revision-store.ts';
import { Inventory } from './status/inventory.ts';
import { SharedSight } from './status/shared-sight.ts';
import { SwarmActions } from './status/actions.ts';

const component = 'swarm-executor';
const clock = systemClock;

await runComponent({
  name: component,
  async build({ config, log, metrics, health, own, instance, version, signal }) {
    const bus = own(await connectBus({ component, instance, url: config.bus.url, credentialsDir: config.bus.credentials_dir, log }, signal));
    const tracer = own(await openTracer({ endpoint: config.tracing.otlp_endpoint, component, instance, version }));
    const measures = executorMetrics(metrics);
    const engine = own(openEngine({ host: config.docker.host, deadlineMs: config.docker.operation_timeout * 1000, onCall: measures.onEngineCall }));
    const key = await readKeyFile(join(config.agent.data_dir, 'swarm', 'revisions.key'));
    const watch = new EngineWatch(engine.events, health.check('engine events'));
    const workshop: Workshop = {
      engine,
      watch,
      sight: new SharedSight(engine),
      projects: new ProjectStore(bus.bucket('projects'), () => clock.now()),
      revisions: new RevisionStore(bus.bucket('revisions'), new SealedBox(key), config.deploy.keep_revisions),
      settings: { timeoutMs: config.deploy.timeout * 1000, rollbackOnFailure: config.deploy.rollback_on_failure, prune: config.deploy.prune, projectsDir: config.agent.projects_dir },
      clock,
      log,
      loginMark: loginMarks(key),
    };
    const identity = new KnownIdentity(bus, config.agent.id ?? config.agent.server_id);
    const commands = new CommandLoop({
      executor: 'swarm',
      bus,
      handle: executeCommand(workshop, tracer, () => identity.hold),
      agentId: () => identity.agentId,
      parallelism: config.deploy.parallelism,
      readOnly: isReadOnly,
      log,
      clock,
      trace: commandTraces(tracer),
      onEnded: ({ type }, ok) => measures.onCommandEnded(type, ok),
    });
    const presence = bus.presence({ health: beatSource(health, { component, instance, version }), metrics });
    const drift = new DriftWatch({ workshop, bus, agentId: () => identity.agentId });
    const inventory = new Inventory({ engine, watch, bucket: bus.bucket('inventory'), clock });
    const times = { timeoutMs: config.health.timeout * 1000, intervalMs: config.health.check_interval * 1000 };
    const check = new EngineCheck({ engine, health: health.check('engine'), wake: watch.ofConnection(), clock, ...times });
    return [presence, check, watch, identity, commands, new SwarmActions(bus, workshop, commands), drift, inventory];
  },
});
