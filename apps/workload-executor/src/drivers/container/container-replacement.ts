import { AxionError } from '@axion/core';
import type { Container, ContainerMount, Engine } from '@axion/docker-engine';
import { LABELS } from '../../workload/labels.ts';
import { FORMER_SUFFIX, NEXT_SUFFIX } from '../../workload/workload-id.ts';
import type { Wanted } from '../driver.ts';
import { redact } from '../program/redact.ts';
import { containerBody } from './container-body.ts';
import { instanceOf, standFor } from './container-instance.ts';

/** Before a container is ended by force, seconds. */
export const GRACE_SECONDS = 10;
/** A new revision that ends by itself within this time did not come up: the former one takes its place again. */
const PROOF_MS = 1500;
const LOOK_MS = 150;
const isUp = ({ state }: Container): boolean => state === 'running' || state === 'restarting' || state === 'paused';
/** For putting back what was, when the time for the work itself is over. */
const UNDO_MS = 30_000;

export interface Replacement {
  readonly engine: Pick<Engine, 'containers' | 'logs'>;
  readonly wanted: Wanted<'container'>;
  readonly volumes: readonly ContainerMount[];
  /** The workload's containers, whatever of them stands. */
  readonly rows: readonly Container[];
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Puts a new container in the place of whatever stands, in steps of which each leaves something to go on from:
 * create aside → stop the former → rename it aside → take the name → start → (it stays up) → remove the former.
 * A kill between any two leaves containers whose labels and names say how far it was; done again, it begins with those.
 *
 * @returns the id of the container that is in place
 */
export const replaceContainer = async ({ engine: { containers, logs }, wanted, volumes, rows, sleep }: Replacement, signal: AbortSignal): Promise<string> => {
  const { id, desired } = wanted;
  const isNew = ({ labels }: Container): boolean => labels[LABELS.memo] === wanted.memo && labels[LABELS.revision] === wanted.revision;
  const done = rows.find((row) => isNew(row) && (row.state === 'running' || desired === 'stopped'));
  const others = rows.filter((row) => row !== done);
  if (done !== undefined && done.name === id) {
    for (const row of others) await containers.remove(row.id, signal);
    return done.id;
  }
  // Made before a kill and not started yet: it is used. What came up and did not stay is made again.
  const made = rows.find((row) => isNew(row) && row.state === 'created');
  for (const row of rows.filter((each) => each !== made && (isNew(each) || each.name === `${id}${NEXT_SUFFIX}`))) await containers.remove(row.id, signal);
  const left = rows.filter((row) => !isNew(row) && row.name !== `${id}${NEXT_SUFFIX}`);
  const former = left.find(isUp) ?? standFor(id, left);

  const name = made?.name ?? (former === undefined ? id : `${id}${NEXT_SUFFIX}`);
  const created = made?.id ?? (await containers.create(name, containerBody(wanted, volumes), signal));
  if (former === undefined) {
    if (name !== id) await containers.rename(created, id, signal);
    if (desired === 'running') await startOrRemove(created);
    return created;
  }
  const ran = isUp(former);
  try {
    await containers.stop(former.id, GRACE_SECONDS, signal);
    // An earlier replacement that was cut short left two; the one that ran is the one to fall back on.
    for (const row of left) if (row !== former) await containers.remove(row.id, signal);
    if (former.name === id) await containers.rename(former.id, `${id}${FORMER_SUFFIX}`, signal);
    if (name !== id) await containers.rename(created, id, signal);
    if (desired === 'running') {
      await containers.start(created, signal);
      await staysUp();
    }
  } catch (error) {
    await putBack(former, ran, created);
    throw error;
  }
  await containers.remove(former.id, signal);
  return created;

  async function startOrRemove(container: string): Promise<void> {
    try {
      await containers.start(container, signal);
    } catch (error) {
      // A start whose outcome is not known may still happen: the next look at the labels finds it.
      if (error instanceof AxionError && error.code !== 'UNAVAILABLE' && error.code !== 'DEADLINE_EXCEEDED') await containers.remove(container, AbortSignal.timeout(UNDO_MS)).catch(() => undefined);
      throw error;
    }
  }

  async function staysUp(): Promise<void> {
    for (let waited = 0; waited < PROOF_MS; waited += LOOK_MS) {
      await sleep(LOOK_MS, signal);
      const details = await containers.inspect(created, signal);
      if (instanceOf(id, details, false).state !== 'failed') continue;
      const printed = await logs.ofContainer(created, 5, signal).catch(() => []);
      const said = printed.length === 0 ? '' : `; it said: ${redact(printed.join(' / '), Object.values(wanted.spec.env)).slice(-500)}`;
      throw new AxionError('FAILED_PRECONDITION', `revision ${wanted.revision} ended right after its start with exit code ${details.exitCode}${said}`, { reason: 'EXITED_AT_START', retryable: false });
    }
  }

  /** As it was before. Where the engine does not answer any more, the next pass does it. */
  async function putBack(previous: Container, wasRunning: boolean, attempt: string): Promise<void> {
    const undo = AbortSignal.timeout(UNDO_MS);
    try {
      await containers.remove(attempt, undo);
      const before = await containers.inspect(previous.id, undo);
      if (before.name !== id) await containers.rename(previous.id, id, undo);
      if (wasRunning) await containers.start(previous.id, undo);
    } catch {
      // The error that brought us here says more; `mixed` says the rest.
    }
  }
};
