import { asAxionError, AxionError } from '@axion/core';
import type { Clock } from '@axion/core';
import type { Engine } from '@axion/docker-engine';
import type { RemovalStep } from '../plan/step.ts';
import { applyStep } from '../apply/apply-steps.ts';
import { Ids } from '../apply/ids.ts';
import { nothingObserved } from '../observe/observed-stack.ts';

/** Networks, configs and secrets are busy until the last task that used them is gone: stop grace and a little more. */
const PATIENCE_MS = 45_000;
const AGAIN_MS = 500;
const ORDER = ['remove-service', 'remove-secret', 'remove-config', 'remove-network'];

/**
 * Removes what the file no longer has. What cannot be removed is reported, and is no failure: the new revision runs.
 *
 * @returns what is stuck, in words
 */
export const prune = async (steps: readonly RemovalStep[], engine: Engine, clock: Clock, signal: AbortSignal): Promise<readonly string[]> => {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const context = { engine, ids: new Ids(nothingObserved.ids), authFor: () => undefined, onWarning: () => undefined, signal: patience };
  const until = clock.monotonic() + PATIENCE_MS;
  let open = steps.toSorted((a, b) => ORDER.indexOf(a.action) - ORDER.indexOf(b.action));
  for (;;) {
    const stuck: { step: RemovalStep; error: AxionError }[] = [];
    for (const step of open) {
      try {
        await applyStep(step, context);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof AxionError && error.reason === 'LEASE_LOST') throw error;
        stuck.push({ step, error: asAxionError(error) });
      }
    }
    if (stuck.length === 0 || clock.monotonic() >= until) return stuck.map(({ error }) => error.message);
    open = stuck.map(({ step }) => step);
    await clock.sleep(AGAIN_MS, signal);
  }
};
