import type { BusLog } from '../bus-log.ts';

const LINE = /^\[\d+\] \S+ \S+ \[(\w+)\]\s+(.*)$/;
/** What the server says about itself at each start. */
const CHATTER = /^(---|\s*(Store Directory|Max Storage|Max Memory|API Level|Node|Name|Git commit|Go build|Version|ID|Compiled):)/;

export interface NatsLogLine {
  readonly level: string;
  readonly text: string;
}

export const parseNatsLine = (line: string): NatsLogLine => {
  const [, level, text] = LINE.exec(line) ?? [];
  return level === undefined || text === undefined ? { level: 'INF', text: line } : { level, text };
};

/** Passes the server's own log on: its errors and warnings as such, the rest for debugging. */
export const logNatsLine = ({ level, text }: NatsLogLine, log: BusLog): void => {
  if (level === 'FTL' || level === 'ERR') log.error({ from: 'nats-server' }, text);
  else if (level === 'WRN') log.warn({ from: 'nats-server' }, text);
  else if (!CHATTER.test(text)) log.debug({ from: 'nats-server' }, text);
};

/** The server cannot use its store, whatever is done except give it another. A full disk or a missing right is not that. */
export const saysStoreIsDamaged = (lines: readonly NatsLogLine[]): boolean =>
  lines.some(({ level, text }) => level === 'FTL' && /JetStream|storage directory|store/i.test(text)) &&
  !lines.some(({ text }) => /permission denied|no space left|read-only file system|not writable|address already in use|too many open files/i.test(text));

/** A stream has stopped for good because its disk refused a write (since nats-server 2.14). */
export const saysWriteWasRefused = ({ level, text }: NatsLogLine): boolean => level === 'ERR' && /critical write error/i.test(text);
