// What was typed after `npm run NAME --`, looked at before anything is done.
import { parseArgs } from 'node:util';

/**
 * Reads the arguments; what is not known ends the process with a line, the usage and exit code 2, `--help` with the usage alone.
 *
 * @template {import('node:util').ParseArgsConfig} T
 * @param {string} usage the command with what it takes, and what that means
 * @param {T} config
 * @returns {ReturnType<typeof parseArgs<T>>}
 */
export const readArguments = (usage, config) => {
  if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))) throw error;
    // The rest of Node's text is advice on how to name a file that begins with a dash.
    return refuse(error.message.replace(/\. .*$/s, ''), usage);
  }
};

/**
 * Ends the process with what is wrong and the usage, exit code 2.
 *
 * @param {string} what
 * @param {string} usage
 * @returns {never}
 */
export const refuse = (what, usage) => {
  process.stderr.write(`${what}\n${usage}\n`);
  process.exit(2);
};
