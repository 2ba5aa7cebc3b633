import { readdirSync, readFileSync } from 'node:fs';
import { processStat } from '../../session/process-stat.ts';

/** What a process holds now, and what it has used since it began. Sizes in MB, CPU in seconds. */
export interface ProcessUse {
  readonly pss: number;
  readonly rss: number;
  readonly cpu: number;
  /** Voluntary context switches of all its threads: how often it woke. */
  readonly wakeups: number;
  readonly files: number;
}

const TICKS_A_SECOND = 100;

const field = (text: string, name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN);

/** Reads it from `/proc`. */
export const useOf = (pid: number): ProcessUse => {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const stat = processStat(pid);
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) => field(readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8'), 'voluntary_ctxt_switches'));
  return {
    pss: field(rollup, 'Pss') / 1024,
    rss: field(rollup, 'Rss') / 1024,
    cpu: (Number(stat[11]) + Number(stat[12])) / TICKS_A_SECOND,
    wakeups: threads.reduce((sum, count) => sum + count, 0),
    files: readdirSync(`/proc/${pid}/fd`).length,
  };
};

/** The processes that this one started and that still run. */
export const childrenOf = (pid: number): readonly number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number));
