import { join } from 'node:path';
import { connectBus } from '@axion/bus';
import type { AgentIdentity } from '@axion/contracts';
import { systemClock } from '@axion/core';
import { beatSource, runComponent } from '@axion/service-kit';
import { CallMetrics } from './call-metrics.ts';
import { CallPolicy } from './call-policy.ts';
import { actionHandlers } from './channel/action-handlers.ts';
import { ControlChannel } from './channel/control-channel.ts';
import { ControlLink } from './control-link.ts';
import { Enrolment } from './enrolment.ts';
import { openControlPlane } from './grpc-control-plane.ts';
import { Heartbeat } from './heartbeat.ts';
import { hostFacts } from './host-facts.ts';
import { HostLoad } from './host-load.ts';
import { IdentityBook } from './identity-book.ts';
import { LinkMetrics } from './link-metrics.ts';
import { grpcSettings } from './link-settings.ts';
import { MetricsShipper } from './metrics-shipper.ts';
import { openSchedulerLink } from './scheduler/open-scheduler-link.ts';
import { schedulerSettings } from './scheduler/scheduler-settings.ts';
import { TokenBook } from './token-book.ts';
import { UpdateCheck } from './update-check.ts';
import { UpdateNotice } from './update-notice.ts';
import { WithoutControlPlane } from './without-control-plane.ts';

const component = 'control-link';
const clock = systemClock;

await runComponent({
  name: component,
  async build({ config, log, metrics: registry, health, own, instance, version, signal }) {
    const link = config.control_plane.enabled ? grpcSettings(config) : undefined;
    const scheduler = config.scheduler.enabled ? schedulerSettings(config) : undefined;
    const bus = own(await connectBus({ component, instance, url: config.bus.url, credentialsDir: config.bus.credentials_dir, log }, signal));
    const presence = bus.presence({ health: beatSource(health, { component, instance, version }), metrics: registry });
    const book = new IdentityBook(bus.bucket<AgentIdentity>('identity'), {
      configuredId: config.agent.id,
      serverId: config.agent.server_id,
      now: () => clock.now(),
    });
    const check = health.check('control-plane');
    const calls = new CallMetrics(registry);
    const nodes = scheduler === undefined ? [] : [openSchedulerLink({ settings: scheduler, actions: bus.actions, calls, registry, health: health.check('scheduler'), clock, log })];
    if (link === undefined) return [presence, ...nodes, new WithoutControlPlane({ book, health: check, clock, log })];

    if (link.channel.address.secure && !link.channel.tls.verify) log.warn('security.tls_verify=false: anybody on the way can pose as the control plane and read the token');
    const metrics = new LinkMetrics(registry, () => clock.monotonic());
    const load = new HostLoad(Math.max(3 * config.telemetry.interval_seconds, 30) * 1000, () => clock.now());
    const policy = new CallPolicy({
      retries: config.control_plane.retry_attempts,
      threshold: config.control_plane.circuit_breaker_threshold,
      callsPerSecond: config.control_plane.rate_limit_rps,
      onBreaker: (state) => log.debug({ state }, 'circuit breaker of the control plane'),
      clock,
    });
    const tokens = await TokenBook.open({ configured: link.token, file: join(config.agent.data_dir, 'control-link', 'token.json'), log });
    const update = new UpdateNotice(log);
    const onUpdate = (newer: string): void => update.see(newer);
    const control = new ControlLink({
      open: (agentId) => openControlPlane({ ...link, token: () => tokens.current, policy, onCall: (call) => calls.called(call) }, agentId),
      enrolment: new Enrolment({ book, facts: () => hostFacts(bus.actions), log }),
      duties: [
        new Heartbeat({
          interval: config.control_plane.heartbeat_interval * 1000,
          load: () => load.now,
          onAnswered: (ms) => control.answered(ms),
          onUpdate,
          clock,
        }),
        new MetricsShipper({
          telemetry: bus.telemetry,
          batchSize: config.telemetry.batch_size,
          onPass: (pass) => load.see(pass),
          onDropped: (passes) => metrics.dropped(passes),
          clock,
          log,
        }),
        new UpdateCheck({ interval: config.update.check_interval * 1000, onUpdate, clock, log }),
        new ControlChannel({ handlers: actionHandlers({ bus, signedOnly: config.security.command_public_keys.length > 0, agent: () => ({ server_id: config.agent.server_id, version }), tokens, clock }), clock, log }),
      ],
      health: check,
      metrics,
      tokens,
      clock,
      log,
    });
    return [presence, ...nodes, control];
  },
});
