import type { Config } from '@axion/config';
import { basename, dirname, extname, join } from 'node:path';
import pino from 'pino';
import { RotatedFile } from './rotated-file.ts';

interface Writer {
  readonly component: string;
  readonly instance: string;
}

/** Where finished lines go. */
interface LogOutput {
  write(line: string): void;
}

/**
 * The file of one process: `agent.log` becomes `agent-swarm-executor.log`, as two processes cannot rotate one file.
 */
export const logFileOf = (file: string, { component, instance }: Writer): string => {
  const extension = extname(file);
  const suffix = instance === '1' ? component : `${component}-${instance}`;
  return join(dirname(file), `${basename(file, extension)}-${suffix}${extension}`);
};

/** The first failure of the file is told and ends it: a full disk must not end the component. */
const fileWriter = (logging: Config['logging'], writer: Writer, tell: (problem: string) => void): ((line: string) => void) | undefined => {
  if (logging.file === undefined) return undefined;
  const path = logFileOf(logging.file, writer);
  let file: RotatedFile | undefined;
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      file = undefined;
      tell(`log file ${path} is given up: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  attempt(() => void (file = new RotatedFile(path, logging.max_size_mb * 1024 * 1024, logging.max_files)));
  return (line) => attempt(() => file?.write(line));
};

const textRenderer = async (): Promise<(line: string) => string> => {
  // By its default export: a bundle of a CommonJS module has no other.
  const { default: pretty } = await import('pino-pretty');
  const render = pretty.prettyFactory({ colorize: process.stdout.isTTY, ignore: 'pid,instance,component', messageFormat: '{component}: {msg}', translateTime: 'SYS:HH:MM:ss.l' });
  return (line) => render(line) ?? line;
};

/** Opens standard output and, if configured, the rotated file. Both are written at once: a crash loses no line. */
export const openLogOutput = async (logging: Config['logging'], writer: Writer, scrub: (line: string) => string): Promise<LogOutput> => {
  const stdout = pino.destination({ dest: 1, sync: true });
  const render = logging.format === 'text' ? await textRenderer() : (line: string) => line;
  const file = fileWriter(logging, writer, (msg) =>
    stdout.write(render(`${JSON.stringify({ level: 'warn', time: new Date().toISOString(), ...writer, msg })}\n`)),
  );
  return {
    write: (line) => {
      const text = render(scrub(line));
      stdout.write(text);
      file?.(text);
    },
  };
};
