import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '@axion/testkit';
import { useOf } from '../footprint/process-use.ts';
import type { AgentRig } from './agent-rig.ts';
import { inTurn } from './docker-run.ts';

/** What keeping workloads costs while nothing happens to them. */
export interface SteadyUse {
  /** Of one core, percent. */
  readonly cpuPercent: number;
  /** Calls to the engine for each pass of the reconciler. */
  readonly callsPerPass: number;
  readonly passes: number;
  readonly pssMb: number;
}

interface Series {
  readonly name: string;
  readonly values: readonly { readonly metricName?: string; readonly value: number }[];
}

const counts = async ({ observer }: AgentRig): Promise<{ readonly calls: number; readonly passes: number }> => {
  const executor = (await observer.metrics.scrape({ timeoutMs: 1000 })).find(({ component }) => component === 'workload-executor');
  const of = (name: string): number =>
    ((executor?.metrics ?? []) as readonly Series[]).find((series) => series.name === name)?.values.filter(({ metricName }) => metricName === `${name}_count`).reduce((sum, { value }) => sum + value, 0) ?? 0;
  return { calls: of('agent_docker_operations_duration_seconds'), passes: of('agent_reconcile_duration_seconds') };
};

/** After the last change the executor still closes what it began. */
const SETTLE_MS = 10_000;

/** Brings so many workloads about, leaves them alone, and watches their executor. */
export const steadyUse = async (rig: AgentRig, count: number, seconds: number): Promise<SteadyUse> => {
  const ids = Array.from({ length: count }, (_, index) => `${rig.prefix}-steady${index}`);
  await inTurn(ids, 12, (id) => rig.apply(id, 'r1'));
  await inTurn(ids, 8, (id) => waitFor(async () => (await rig.apply(id, 'r1')).skipped, { what: `${id} to be applied`, timeoutMs: 240_000, intervalMs: 500 }));
  await sleep(SETTLE_MS);
  const [before, counted, began] = [useOf(rig.executorPid), await counts(rig), performance.now()];
  await sleep(seconds * 1000);
  const [after, then, spent] = [useOf(rig.executorPid), await counts(rig), (performance.now() - began) / 1000];
  await inTurn(ids, 8, (id) => rig.delete(id));
  const passes = then.passes - counted.passes;
  return { cpuPercent: (100 * (after.cpu - before.cpu)) / spent, callsPerPass: (then.calls - counted.calls) / Math.max(1, passes), passes, pssMb: after.pss };
};
