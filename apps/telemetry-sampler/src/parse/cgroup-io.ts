import { fieldsOf, linesOf, numberOf } from './lines.ts';

export interface DeviceIo {
  /** `major:minor`. */
  readonly device: string;
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly reads: number;
  readonly writes: number;
}

/** Parses io.stat of cgroup v2: `8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0`. A device that was never used has no pairs. */
export const parseIoStat = (text: string): DeviceIo[] =>
  linesOf(text).flatMap((line) => {
    const [device = '', ...pairs] = fieldsOf(line);
    const values = new Map(pairs.map((pair) => pair.split('=', 2) as [string, string]));
    const value = (name: string): number => numberOf(values.get(name)) ?? 0;
    return values.has('rbytes') ? [{ device, readBytes: value('rbytes'), writtenBytes: value('wbytes'), reads: value('rios'), writes: value('wios') }] : [];
  });

const operations = (text: string): Map<string, { read: number; write: number }> => {
  const devices = new Map<string, { read: number; write: number }>();
  for (const line of linesOf(text)) {
    const [device = '', operation, field] = fieldsOf(line);
    const value = numberOf(field);
    if (value === undefined || (operation !== 'Read' && operation !== 'Write')) continue;
    const counters = devices.get(device) ?? { read: 0, write: 0 };
    counters[operation === 'Read' ? 'read' : 'write'] = value;
    devices.set(device, counters);
  }
  return devices;
};

/** Parses the two blkio files of cgroup v1 (`8:0 Read 1` a line, with totals that are left out). */
export const parseBlkio = (serviceBytes: string, serviced: string): DeviceIo[] => {
  const counts = operations(serviced);
  return [...operations(serviceBytes)].map(([device, bytes]) => ({
    device,
    readBytes: bytes.read,
    writtenBytes: bytes.write,
    reads: counts.get(device)?.read ?? 0,
    writes: counts.get(device)?.write ?? 0,
  }));
};
