import type { Config } from '@axion/config';
import { basename, dirname, extname, join } from 'node:path';
import pino from 'pino';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';

interface Writer {
  readonly component: string;
  readonly instance: string;
}

/** Where finished lines go. */
interface LogOutput {
  write(line: string): void;
  flush(): Promise<void>;
}

/**
 * The file of one process: `agent.log` becomes `agent-swarm-executor.log`, as two processes cannot rotate one file.
 */
export const logFileOf = (file: string, { component, instance }: Writer): string => {
  const extension = extname(file);
  const suffix = instance === '1' ? component : `${component}-${instance}`;
  return join(dirname(file), `${basename(file, extension)}-${suffix}${extension}`);
};

const openFile = (path: string, maxSizeMb: number, maxFiles: number): RotatingFileStream => {
  const name = basename(path);
  const stream = createStream((index: number | Date | null) => (typeof index === 'number' ? `${name}.${index}` : name), {
    path: dirname(path),
    size: `${maxSizeMb}M`,
    rotate: maxFiles,
  });
  return stream;
};

const textRenderer = async (): Promise<(line: string) => string> => {
  const { prettyFactory } = await import('pino-pretty');
  const render = prettyFactory({ colorize: process.stdout.isTTY, ignore: 'pid,instance,component', messageFormat: '{component}: {msg}', translateTime: 'SYS:HH:MM:ss.l' });
  return (line) => render(line) ?? line;
};

/** Opens standard output and, if configured, the rotated file. Standard output is written at once: a crash loses no line. */
export const openLogOutput = async (logging: Config['logging'], writer: Writer, scrub: (line: string) => string): Promise<LogOutput> => {
  const stdout = pino.destination({ dest: 1, sync: true });
  const render = logging.format === 'text' ? await textRenderer() : (line: string) => line;
  const file = logging.file === undefined ? undefined : openFile(logFileOf(logging.file, writer), logging.max_size_mb, logging.max_files);
  let fileFailed = false;
  file?.on('error', (error) => {
    if (!fileFailed) stdout.write(`${JSON.stringify({ level: 'error', time: new Date().toISOString(), ...writer, msg: `log file: ${error.message}` })}\n`);
    fileFailed = true;
  });
  return {
    write: (line) => {
      const text = render(scrub(line));
      stdout.write(text);
      if (!fileFailed) file?.write(text);
    },
    flush: async () => {
      stdout.flushSync();
      if (file !== undefined && !fileFailed) await new Promise<void>((resolve) => void file.write('', () => resolve()));
    },
  };
};
