import { fileURLToPath } from 'node:url';
import { buildVersion } from '@axion/config';
import { commandContext } from './command-context.ts';
import { addCommands } from './commands/all-commands.ts';
import { endWith } from './exit.ts';
import { endOnClosedPipe } from './print/closed-pipe.ts';
import { newProgram, pointToHelp } from './program.ts';

endOnClosedPipe(process.stdout);
const program = newProgram(buildVersion());
const context = commandContext(program, process.env, fileURLToPath(import.meta.url));
addCommands(program, context);
pointToHelp(program);

try {
  await program.parseAsync();
} catch (error) {
  endWith(error, program.opts<{ json?: boolean }>().json === true);
} finally {
  await context.close();
}
