import { openParitySet } from '../../../packages/compose/test/parity/parity-set.ts';
import { runCase } from '../../../packages/compose/test/parity/run-case.ts';

/** CPU time for parsing and converting every case of the parity set beside the checkout, ms; `undefined` where it is not there. */
export const corpusCpu = async (): Promise<{ readonly cases: number; readonly ms: number } | undefined> => {
  const set = await openParitySet();
  if (set === undefined) return undefined;
  const verdicts = set.cases.map(({ parityCase, golden }) => runCase(parityCase, golden, set.tools));
  return { cases: verdicts.length, ms: verdicts.reduce((sum, { cpuMs }) => sum + cpuMs, 0) };
};
