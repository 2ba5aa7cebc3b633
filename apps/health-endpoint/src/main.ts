import { COMPONENTS, isEnabled } from '@axion/contracts';
import { systemClock } from '@axion/core';
import { beatSource, runComponent } from '@axion/service-kit';
import { BusSession } from './bus-session.ts';
import { CheckRound } from './check-round.ts';
import { HealthBoard } from './health-board.ts';
import { createApp } from './http/app.ts';
import { HttpListener } from './http/http-listener.ts';
import { MetricsPage } from './metrics-page.ts';
import { statusPage } from './page/status-page.ts';

const component = 'health-endpoint';
const clock = systemClock;

await runComponent({
  name: component,
  build({ config, log, metrics, health, instance, version }) {
    const settings = config.health;
    const expected = COMPONENTS.map((spec) => ({ name: spec.name, enabled: isEnabled(spec, config) }));
    const board = new HealthBoard({ version, expected, failureThreshold: settings.failure_threshold, clock });
    const bus = new BusSession({
      connect: { instance, url: config.bus.url, credentialsDir: config.bus.credentials_dir },
      listener: board,
      presence: { health: beatSource(health, { component, instance, version }), metrics },
      log,
      clock,
    });
    const page = new MetricsPage({ bus, board, own: metrics, component, instance, clock });
    const app = createApp({
      health: () => board.read(),
      families: () => page.families(),
      page: statusPage({ agentId: () => bus.agentId(), host: config.agent.server_id, now: () => clock.now() }),
    });
    return [
      new HttpListener({ app, bind: settings.bind, port: settings.port, onListening: (url) => log.info({ url }, `listening on ${url}`) }),
      bus,
      new CheckRound({ bus, board, clock, interval: settings.check_interval * 1000, timeout: settings.timeout * 1000 }),
    ];
  },
});
