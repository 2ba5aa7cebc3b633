import { Command } from 'commander';

/** The root of the command line: what is common to every sub-command. */
export const newProgram = (version: string): Command =>
  new Command('axion')
    .description('The Axion runner agent: run it, ask it, tell it what to do.')
    .version(version)
    .option('--config <file>', 'configuration file (default: the first of $AXION_CONFIG, /etc/axion/agent.toml, ~/.axion/agent.toml, ./agent.toml)')
    .option('--json', 'one JSON value a line instead of text')
    .showHelpAfterError('(axion --help shows what there is)')
    .exitOverride();
