import { Command } from 'commander';

/** The root of the command line: what is common to every sub-command. */
export const newProgram = (version: string): Command =>
  new Command('axion')
    .description('The Axion runner agent: run it, ask it, tell it what to do.')
    .version(version)
    .option('--config <file>', 'configuration file (default: the first of $AXION_CONFIG, /etc/axion/agent.toml, ~/.axion/agent.toml, ./agent.toml)')
    .option('--json', 'one JSON value a line instead of text')
    .addHelpText('after', `
Exit codes: 0 done, 1 failed, 2 usage (also a file that is not there), 78 configuration, 130 interrupted.

Examples:
  axion run                         the whole agent in the foreground
  axion status                      how it and its components are
  axion config check --changed      what is configured, and where it comes from
  axion stack deploy -c stack.yml shop`)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'axion: ').replace(/\n\(Did you mean (.*)\)/, '; did you mean $1')) })
    .exitOverride();

/** Has every command, once all are there, say after a fault of usage how its own help is reached. */
export const pointToHelp = (command: Command, path = command.name()): void => {
  command.showHelpAfterError(`(${path} --help shows how)`);
  for (const sub of command.commands) pointToHelp(sub, `${path} ${sub.name()}`);
};
