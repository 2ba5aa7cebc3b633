import { BusServer, busServerOptions, connectBus } from '@axion/bus';
import type { Config } from '@axion/config';
import { systemClock, untilAborted } from '@axion/core';
import type { Logger } from '@axion/service-kit';
import { SupervisedChild } from './child.ts';
import type { ChildSpec } from './child.ts';
import { whenReady } from './readiness.ts';

/** What a component gets to finish its work, ms; a little more than its own budget. */
const STOP_BUDGET_MS = 12_000;

export interface ForegroundOptions {
  readonly config: Config;
  readonly fleet: readonly ChildSpec[];
  readonly natsServer: string;
  readonly log: Logger;
  /** Ends the run in order. */
  readonly signal: AbortSignal;
  /** Ends the run at once. */
  readonly killed: AbortSignal;
  readonly onReady: (seconds: number) => void;
}

/**
 * The whole agent in one foreground process tree: the bus first, then every component, each started again whenever it ends;
 * on the way out the components, then the bus.
 */
export const runForeground = async ({ config, fleet, natsServer, log, signal, killed, onReady }: ForegroundOptions): Promise<void> => {
  const began = systemClock.monotonic();
  const server = new BusServer({ ...busServerOptions(config, natsServer), endsWithParent: true, log: log.child({ component: 'bus' }) });
  await server.start(signal);
  const children = fleet.map(
    (spec) =>
      new SupervisedChild(spec, systemClock, (news) => {
        const level = news.event === 'ended' && !signal.aborted && news.code !== 0 ? 'warn' : 'debug';
        log[level]({ process: spec.name, ...news }, `${spec.name} ${news.event}`);
      }),
  );
  const killAll = (): void => children.forEach((child) => child.kill());
  killed.addEventListener('abort', killAll);
  try {
    const observer = await connectBus({ component: 'cli', instance: 'run', url: config.bus.url, credentialsDir: config.bus.credentials_dir }, signal);
    const ready = whenReady(observer, fleet.map(({ name }) => name));
    const running = children.map((child) => child.run().then(() => reportEnd(child, log, signal)));
    await untilAborted(Promise.race([ready.all, Promise.all(running)]), signal).then(
      () => onReady((systemClock.monotonic() - began) / 1000),
      () => {},
    );
    ready.stop();
    await observer.close();
    await untilAborted(Promise.all(running), signal).catch(() => {});
  } finally {
    await Promise.all(children.map((child) => child.stop(STOP_BUDGET_MS)));
    await server.stop();
    killed.removeEventListener('abort', killAll);
  }
};

/** A component whose configuration cannot work has said why itself; the others go on without it. */
const reportEnd = (child: SupervisedChild, log: Logger, signal: AbortSignal): void => {
  if (!signal.aborted) log.error({ process: child.spec.name, code: child.finalCode }, `${child.spec.name} cannot run with this configuration and is left out`);
};
