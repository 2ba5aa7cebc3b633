import { Gauge, Registry } from './prometheus.ts';

/** Usage is averaged over at least this long, so that two scrapers one after the other both see something sensible. */
const MIN_WINDOW_MS = 1000;

/** CPU of this process in percent of one core, between one call and the next. */
const cpuMeter = (): (() => number) => {
  let at = performance.now() - process.uptime() * 1000;
  let used = 0;
  let percent: number | undefined;
  return () => {
    const now = performance.now();
    if (percent !== undefined && now - at < MIN_WINDOW_MS) return percent;
    const { user, system } = process.cpuUsage();
    percent = (user + system - used) / 10 / Math.max(1, now - at);
    at = now;
    used = user + system;
    return percent;
  };
};

/** A registry with what every component reports about its own process. */
export const createMetrics = (component: string): Registry => {
  const registry = new Registry();
  const gauge = (name: string, help: string, value: () => number): void => {
    const made = new Gauge({
      name,
      help,
      labelNames: ['component'],
      registers: [],
      collect() {
        this.set({ component }, value());
      },
    });
    registry.registerMetric(made);
  };
  gauge('agent_uptime_seconds', 'Seconds since the process started.', () => process.uptime());
  gauge('agent_cpu_usage_percent', 'CPU of the process, percent of one core.', cpuMeter());
  gauge('agent_memory_usage_bytes', 'Resident memory of the process.', () => process.memoryUsage.rss());
  return registry;
};
