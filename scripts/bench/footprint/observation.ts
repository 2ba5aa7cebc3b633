import Table from 'cli-table3';
import { useOf } from './process-use.ts';
import type { ProcessUse } from './process-use.ts';
import type { Watched } from './fleet.ts';

/** All processes at one moment. */
export interface Observation {
  readonly when: string;
  /** Seconds on the monotonic clock. */
  readonly at: number;
  readonly uses: readonly (ProcessUse & { readonly name: string })[];
}

export const observe = (when: string, watched: readonly Watched[]): Observation => ({
  when,
  at: performance.now() / 1000,
  uses: watched.map(({ name, pid }) => ({ name, ...useOf(pid) })),
});

export const total = ({ uses }: Observation, figure: keyof ProcessUse): number => uses.reduce((sum, use) => sum + use[figure], 0);

/** Share of one core that all of them used between two moments, percent. */
export const cpuShare = (from: Observation, to: Observation): number => (100 * (total(to, 'cpu') - total(from, 'cpu'))) / (to.at - from.at);

/** Prints a moment; CPU is since the start and a minute since `before`, wake-ups are a minute since `before`. */
export const printObservation = (now: Observation, before: Observation): void => {
  const minutes = (now.at - before.at) / 60;
  const table = new Table({ head: [now.when, 'PSS MB', 'RSS MB', 'CPU s', 'CPU s a minute', 'wake-ups a minute', 'files'], style: { head: [], border: [], compact: true } });
  const row = (name: string, of: (figure: keyof ProcessUse, at: Observation) => number): string[] => [
    name,
    of('pss', now).toFixed(1),
    of('rss', now).toFixed(1),
    of('cpu', now).toFixed(2),
    ((of('cpu', now) - of('cpu', before)) / minutes).toFixed(2),
    ((of('wakeups', now) - of('wakeups', before)) / minutes).toFixed(0),
    of('files', now).toFixed(0),
  ];
  now.uses.forEach(({ name }, index) => table.push(row(name, (figure, at) => at.uses[index]![figure])));
  table.push(row('total', (figure, at) => total(at, figure)));
  process.stdout.write(`${table.toString()}\n`);
};
