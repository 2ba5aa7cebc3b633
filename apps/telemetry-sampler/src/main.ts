import { connectBus } from '@axion/bus';
import { systemClock } from '@axion/core';
import { beatSource, runComponent } from '@axion/service-kit';
import { shortIds } from './container-names.ts';
import { hostGroups } from './host-groups.ts';
import { hostPaths } from './host-paths.ts';
import { LatestSamples } from './latest-samples.ts';
import { Sampler } from './sampler.ts';
import { samplerMetrics } from './sampler-metrics.ts';
import { toldCheck } from './told-check.ts';

const component = 'telemetry-sampler';
const clock = systemClock;

await runComponent({
  name: component,
  async build({ config, log, metrics, health, own, instance, version, signal }) {
    const bus = own(await connectBus({ component, instance, url: config.bus.url, credentialsDir: config.bus.credentials_dir, log }, signal));
    const interval = config.telemetry.interval_seconds * 1000;
    const latest = new LatestSamples(3 * interval, () => clock.monotonic());
    const sampler = new Sampler({
      groups: hostGroups(hostPaths, shortIds, clock),
      store: bus.telemetry,
      latest,
      measures: samplerMetrics(metrics),
      collection: toldCheck('collection', health.check('collection'), log),
      delivery: toldCheck('delivery', health.check('delivery'), log),
      clock,
      interval,
      publishTimeout: config.telemetry.send_timeout * 1000,
    });
    const scraped = { getMetricsAsJSON: async () => [...(await metrics.getMetricsAsJSON()), ...latest.scraped()] };
    const presence = bus.presence({ health: beatSource(health, { component, instance, version }), metrics: scraped });
    return config.telemetry.enabled ? [presence, sampler] : [presence];
  },
});
