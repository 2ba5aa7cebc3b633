import type { Engine } from '@axion/docker-engine';
import type { StackReport } from './stack-report.ts';

export const waitForServices = async (_engine: Engine, _ids: readonly string[], _report: StackReport, _signal: AbortSignal): Promise<void> => {
  throw new Error('not wired');
};
