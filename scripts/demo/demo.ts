// Starts everything, gives the tour, and takes everything down again, also after Ctrl-C or a failure.
import { once } from 'node:events';
import { runSession } from '../session/session.ts';
import { style } from './report.ts';
import { startSurroundings } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';
import { giveTour } from './tour.ts';

const keep = process.argv.includes('--keep');

const addresses = (around: Surroundings): string => `
It goes on running; Ctrl-C ends it, and removes every project whose name begins with ${around.project.replace(/hello$/, '')}
  status page     ${around.healthUrl}/
  control plane   ${around.controlPlaneUrl}/agents
  Kafka           ${around.brokers.join(',')}  topics runner.commands.${around.agentId}, runner.events.${around.agentId}
  configuration   ${around.configFile}
  logs            ${around.logFile.replace(/\.log$/, '-COMPONENT.log')}
  image           ${around.image}
  try             ./scripts/axion --config ${around.configFile} status
                  ./scripts/axion --config ${around.configFile} bus send deploy examples/hello.yml --project ${around.project.replace(/hello$/, 'mine')} --env IMAGE=${around.image} --env API_KEY=example
`;

process.exitCode = await runSession(async (session) => {
  process.stdout.write(`\n${style('bold', 'Starting the parts')}\n`);
  const around = await startSurroundings(session);
  const wrong = await giveTour(around, session);
  if (keep) {
    process.stdout.write(addresses(around));
    await once(session.signal, 'abort');
  } else process.stdout.write(`\n${style('bold', 'Stopping the parts')}\n`);
  return wrong === 0 ? 0 : 1;
});
process.exit();
