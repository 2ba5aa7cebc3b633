import { AxionError } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import { applyStep, Ids, observeStack, planStack } from '@axion/swarm-stack';
import type { StackReport } from './stack-report.ts';

/** Docker's order: users first. */
const ORDER = ['remove-service', 'remove-secret', 'remove-config', 'remove-network'];

/**
 * Removes everything of a stack but its volumes: the plan of a stack that has nothing. Each failure is told and the rest
 * still tried.
 *
 * @throws {AxionError} `FAILED_PRECONDITION` when something stayed
 */
export const removeStack = async (engine: Engine, namespace: string, report: StackReport, signal: AbortSignal): Promise<void> => {
  const found = await observeStack(engine, namespace, signal);
  const nothing = { namespace, networks: [], secrets: [], configs: [], services: [], external: { networks: [], secrets: [], configs: [] } };
  const steps = planStack(nothing, found);
  if (steps.length === 0) {
    report.warn(`Nothing found in stack: ${namespace}`);
    return;
  }
  const context = { engine, ids: new Ids(found.ids), authFor: () => undefined, onWarning: (text: string) => report.warn(text), signal };
  let failed = false;
  for (const step of steps.toSorted((a, b) => ORDER.indexOf(a.action) - ORDER.indexOf(b.action) || (a.name < b.name ? -1 : 1))) {
    const [, noun] = step.action.split('-');
    report.done(`Removing ${noun} ${step.name}`);
    await applyStep(step, context).catch((error: unknown) => {
      failed = true;
      report.warn(`Failed to remove ${noun} ${step.name}: ${(error as Error).message}`);
    });
  }
  if (failed) throw new AxionError('FAILED_PRECONDITION', `failed to remove some resources from stack: ${namespace}`);
};
