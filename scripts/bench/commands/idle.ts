import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentRig } from './agent-rig.ts';
import { processStat } from '../../session/process-stat.ts';

/** What a process used while nothing was asked of it. */
export interface IdleUse {
  readonly name: string;
  /** Share of one core, percent. */
  readonly cpuPercent: number;
  readonly pssMb: number;
  /** Voluntary context switches a second, which is how often it woke. */
  readonly wakeups: number;
}

const ticks = (pid: number): number => {
  const fields = processStat(pid);
  return Number(fields[11]) + Number(fields[12]);
};
const switches = (pid: number): number => Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
const pss = (pid: number): number => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) / 1024;

/** Leases linger for two seconds, and a hundred are given back then: that still belongs to the work before. */
const SETTLE_MS = 4000;

/** Watches the agent's processes for `seconds` with nothing to do. */
export const idleUse = async ({ processes }: AgentRig, seconds: number): Promise<readonly IdleUse[]> => {
  await sleep(SETTLE_MS);
  const before = processes.map(({ pid }) => ({ ticks: ticks(pid), switches: switches(pid) }));
  await sleep(seconds * 1000);
  return processes.map(({ name, pid }, index) => ({
    name,
    cpuPercent: ticks(pid) - before[index]!.ticks === 0 ? 0 : (ticks(pid) - before[index]!.ticks) / seconds,
    pssMb: pss(pid),
    wakeups: (switches(pid) - before[index]!.switches) / seconds,
  }));
};
