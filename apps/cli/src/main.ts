import { fileURLToPath } from 'node:url';
import { buildVersion } from '@axion/config';
import { commandContext } from './command-context.ts';
import { endWith } from './exit.ts';
import { addBus } from './commands/bus.ts';
import { addConfig } from './commands/config-check.ts';
import { addDeploy } from './commands/deploy.ts';
import { addDlq } from './commands/dlq.ts';
import { addRun } from './commands/run.ts';
import { addStack } from './commands/stack.ts';
import { addStatus } from './commands/status.ts';
import { addSystemd } from './commands/systemd-generate.ts';
import { endOnClosedPipe } from './print/closed-pipe.ts';
import { newProgram, pointToHelp } from './program.ts';

endOnClosedPipe(process.stdout);
const program = newProgram(buildVersion());
const context = commandContext(program, process.env, fileURLToPath(import.meta.url));
addRun(program, context);
addStatus(program, context);
addConfig(program, context);
addDeploy(program, context);
addStack(program, context);
addSystemd(program, context);
addBus(program, context);
addDlq(program, context);
pointToHelp(program);

try {
  await program.parseAsync();
} catch (error) {
  endWith(error, program.opts<{ json?: boolean }>().json === true);
} finally {
  await context.close();
}
