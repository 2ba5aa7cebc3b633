import { type Config, buildVersion, isConfigError, loadConfig } from '@axion/config';
import { systemClock, withDeadline } from '@axion/core';
import { collectAtRest } from './collect-at-rest.ts';
import type { Component } from './component.ts';
import { EXIT } from './exit.ts';
import { HealthReporter } from './health-reporter.ts';
import { Lifecycle } from './lifecycle.ts';
import { openLog } from './log.ts';
import { takeManagerEnv } from './manager-env.ts';
import { serviceNotifier } from './notify.ts';
import { ownMemory } from './own-memory.ts';
import { ownOn } from './own.ts';
import { createMetrics } from './process-metrics.ts';
import { scrubber } from './scrub.ts';
import { watchdog } from './watchdog.ts';

/** Together within the 20 s that the units allow for a stop. */
const BUDGET = { drainMs: 10_000, closeMs: 1_500 };
/** A manager that does not take the last message holds up no stop. */
const LAST_MESSAGE_MS = 2_000;

const configOrExit = (name: string): { config: Config; warnings: readonly string[] } => {
  try {
    return loadConfig({ argv: process.argv.slice(2), env: process.env });
  } catch (error) {
    if (!isConfigError(error)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    return process.exit(EXIT.configuration);
  }
};

/**
 * Runs a component until it is asked to stop or fails, and ends the process: 0 stopped, 1 failed, 78 when the
 * configuration must be changed. SIGTERM and SIGINT drain it; a second signal ends it at once.
 */
export const runComponent = async (component: Component): Promise<void> => {
  const { config, warnings } = configOrExit(component.name);
  const instance = process.env['AXION_INSTANCE'] || '1';
  const version = buildVersion();
  const log = await openLog({ component: component.name, instance, config });
  const health = new HealthReporter(Date.now, scrubber(config));
  const owned = new AsyncDisposableStack();
  const work = new AbortController();
  const manager = takeManagerEnv(process.env);
  const notify = serviceNotifier(manager, log);
  const lifecycle = new Lifecycle({ log, health, clock: systemClock, budget: BUDGET, owned, work });

  const crash = (error: unknown): void => {
    log.fatal({ err: error }, 'an error that nobody handled');
    process.exit(EXIT.failed);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);

  let ending: Promise<never> | undefined;
  const end = (code: number): void => {
    ending ??= (async () => {
      notify.stopping();
      const clean = await lifecycle.stop();
      log.info({ clean }, 'stopped');
      await withDeadline('the last message to the service manager', LAST_MESSAGE_MS, () => notify.sent()).catch((error: unknown) => log.debug({ err: error }, 'the service manager was not told'));
      return process.exit(code);
    })();
  };
  const fail = (error: unknown): void => {
    lifecycle.markFailed();
    if (isConfigError(error)) process.stderr.write(`${component.name}: ${error.message}\n`);
    else log.fatal({ err: error }, 'failed');
    end(isConfigError(error) ? EXIT.configuration : EXIT.failed);
  };
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    signals += 1;
    if (signals > 1) process.exit(EXIT.failed);
    log.info({ signal }, 'stopping; a second signal ends at once');
    end(EXIT.ok);
  };
  // A component with nothing but timers that do not count would end by itself, and nobody would know why.
  setInterval(() => {}, 0x7fff_ffff);
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);

  for (const warning of warnings) log.warn(warning);
  log.info({ version, node: process.version }, 'starting');
  health.onChange((snapshot) => notify.status(snapshot.message));
  try {
    const context = { config, log, metrics: createMetrics(component.name), health, own: ownOn(owned), instance, version, signal: work.signal, fail };
    const services = await component.build(context);
    await lifecycle.start(services);
  } catch (error) {
    if (ending === undefined) fail(error);
    return;
  }
  notify.ready();
  owned.use(watchdog(manager, notify));
  owned.use(collectAtRest(ownMemory()));
  log.info({ ms: Math.round(process.uptime() * 1000) }, 'ready');
};
