import { fieldsOf, linesOf } from './lines.ts';

/** What each column of /proc/net/dev counts (proc_pid_net(5)), in its order. */
export const NET_COLUMNS = [
  'receive_bytes', 'receive_packets', 'receive_errs', 'receive_drop', 'receive_fifo', 'receive_frame', 'receive_compressed', 'receive_multicast',
  'transmit_bytes', 'transmit_packets', 'transmit_errs', 'transmit_drop', 'transmit_fifo', 'transmit_colls', 'transmit_carrier', 'transmit_compressed',
] as const;

export interface InterfaceCounters {
  readonly device: string;
  /** One number for each of `NET_COLUMNS`. */
  readonly counters: readonly number[];
}

/** Parses /proc/net/dev. Older kernels put no blank between the colon and a large first number. */
export const parseNetDev = (text: string): InterfaceCounters[] =>
  linesOf(text).flatMap((line) => {
    const colon = line.lastIndexOf(':');
    if (colon === -1) return [];
    const counters = fieldsOf(line.slice(colon + 1)).map(Number);
    return counters.length < NET_COLUMNS.length ? [] : [{ device: line.slice(0, colon).trim(), counters: counters.slice(0, NET_COLUMNS.length) }];
  });
