// Starts everything, gives the tour, and takes everything down again, also after Ctrl-C or a failure.
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { style } from './report.ts';
import { startSurroundings } from './surroundings.ts';
import { giveTour } from './tour.ts';

const { values: options } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort(new Error(`${signal}: stopping what was started`)));

const stack = new AsyncDisposableStack();
try {
  process.stdout.write(`\n${style('bold', 'Starting the parts')}\n`);
  const stopped = once(interrupted.signal, 'abort').then(() => Promise.reject(interrupted.signal.reason as Error));
  stopped.catch(() => {});
  const around = await Promise.race([startSurroundings(stack), stopped]);
  const wrong = await Promise.race([giveTour(around), stopped]);
  if (wrong > 0) process.exitCode = 1;
  if (options.keep) {
    process.stdout.write(`
It goes on running; Ctrl-C ends it.
  status page     ${around.healthUrl}/
  control plane   ${around.controlPlaneUrl}/agents
  Kafka           ${around.brokers.join(',')}  topics runner.commands.${around.agentId}, runner.events.${around.agentId}
  configuration   ${around.configFile}
  log             ${around.logFile}
  try             ./scripts/axion --config ${around.configFile} status
`);
    await stopped;
  }
} catch (error) {
  process.exitCode = interrupted.signal.aborted ? 130 : 1;
  if (!(options.keep && interrupted.signal.aborted)) process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
} finally {
  process.stdout.write(style('dim', '\nTaking everything down …\n'));
  await stack.disposeAsync();
}
process.exit();
