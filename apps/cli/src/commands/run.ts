import type { Command } from 'commander';
import { natsServerBinary } from '@axion/bus';
import { AxionError, closestWord, didYouMean, systemClock } from '@axion/core';
import { COMPONENTS } from '@axion/contracts';
import { openLog } from '@axion/service-kit';
import type { CommandContext } from './context.ts';
import { SupervisedChild } from '../supervise/child.ts';
import { componentProcess, fleetOf } from '../supervise/fleet.ts';
import { runForeground } from '../supervise/foreground.ts';

interface RunOptions {
  readonly instance: string;
  readonly scale: ReadonlyMap<string, number>;
}

const NAMES: readonly string[] = COMPONENTS.map(({ name }) => name);

const scaleOf = (text: string, before: ReadonlyMap<string, number>): ReadonlyMap<string, number> => {
  const [name = '', count = ''] = text.split('=');
  const component = COMPONENTS.find((known) => known.name === name);
  if (!component?.instances || !/^[1-9]\d?$/.test(count)) {
    const scalable = COMPONENTS.filter(({ instances }) => instances).map((known) => known.name);
    throw new AxionError('INVALID_ARGUMENT', `--scale ${text}: it takes COMPONENT=COUNT, 1 to 99, of ${scalable.join(', ')}`);
  }
  return new Map([...before, [name, Number(count)]]);
};

/** `axion run [COMPONENT]`: the whole agent in the foreground, or one piece of it against a bus that runs already. */
export const addRun = (program: Command, context: CommandContext): void => {
  program
    .command('run [component]')
    .description('run the whole agent in the foreground, or one component against a running bus')
    .option('--instance <name>', 'with a component: the name of this instance', '1')
    .option('--scale <component=count>', 'without one: how many instances share a component’s work; may be repeated', scaleOf, new Map())
    .addHelpText('after', `
Components: ${NAMES.join(', ')}

Examples:
  axion run                                   everything, until Ctrl-C
  axion run --scale swarm-executor=2          two executors share the work
  axion run swarm-executor --instance 2       one more, beside a running agent`)
    .action(async (component: string | undefined, options: RunOptions) => {
      const loaded = context.config();
      const place = { env: context.env, ownFile: context.ownFile, configFile: loaded.file };
      if (component !== undefined) {
        if (!NAMES.includes(component)) throw new AxionError('INVALID_ARGUMENT', `"${component}" is no component; there are ${NAMES.join(', ')}${didYouMean(closestWord(component, NAMES))}`);
        await runOne(component, options.instance, place, context);
        return;
      }
      const log = await openLog({ component: 'axion', instance: '1', config: loaded.config });
      for (const warning of loaded.warnings) log.warn(warning);
      const killed = new AbortController();
      context.signal.addEventListener('abort', () => {
        process.once('SIGINT', () => killed.abort()).once('SIGTERM', () => killed.abort());
      });
      const fleet = fleetOf(loaded.config, place, options.scale);
      log.info({ processes: fleet.map(({ name }) => name), config: loaded.file ?? 'defaults' }, 'starting the agent');
      await runForeground({
        config: loaded.config,
        fleet,
        natsServer: natsServerBinary(context.env, context.ownFile),
        log,
        signal: context.signal,
        killed: killed.signal,
        onReady: (seconds) => log.info({ seconds: Number(seconds.toFixed(2)) }, 'the agent is ready'),
      });
      log.info('the agent has stopped');
      log.flush();
    });
};

/** One component as this process's child, not restarted: whoever started this one supervises it. */
const runOne = async (component: string, instance: string, place: Parameters<typeof componentProcess>[2], context: CommandContext): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const child = new SupervisedChild(componentProcess(component, instance, place), systemClock, (news) => {
    if (news.event === 'ended') {
      resolve(news.code ?? 1);
      child.kill();
    }
  });
  context.signal.addEventListener('abort', () => void child.stop(12_000));
  void child.run();
  process.exitCode = await promise;
};
