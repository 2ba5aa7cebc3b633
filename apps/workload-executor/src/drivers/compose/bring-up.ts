import { asAxionError, AxionError } from '@axion/core';
import type { Container } from '@axion/docker-engine';
import { LABELS } from '../../workload/labels.ts';
import { redact } from '../program/redact.ts';
import type { ComposeRun } from './compose-command.ts';
import type { ProjectState, StoredRevision } from './compose-home.ts';
import type { ComposeParts } from './compose-parts.ts';
import { formerProject, formerRun } from './former-project.ts';
import { GRACE_SECONDS } from './project-removal.ts';
import { rowsOf } from './project-rows.ts';
import { waitUntilUp } from './wait-until-up.ts';
import { storedRun } from './write-revision.ts';
import type { WrittenRevision } from './write-revision.ts';

/** For putting back what was, when the time for the work itself is over. */
const UNDO_MS = 180_000;
const LAST_LINES = 5;
const MAX_WORDS = 1000;

const AWAY = /cannot connect to the docker daemon|error during connect|couldn't connect to docker daemon|error while fetching server api version/i;
/** Whether the engine answers at all, before anything is undone on it. */
const ALIVE_MS = 10_000;
const PASSING = /timed? ?out|temporar|connection reset|unexpected eof|tls handshake|too many requests/i;

/** What Compose said, as an error: a runtime that is away is told from a file that does not come up. */
export const composeFailure = (what: string, printed: string, secrets: Iterable<string>): AxionError => {
  const words = redact(printed.trim(), secrets).slice(-MAX_WORDS);
  if (AWAY.test(words)) return new AxionError('UNAVAILABLE', `cannot ${what}: ${words}`, { reason: 'RUNTIME_AWAY' });
  return new AxionError('FAILED_PRECONDITION', `cannot ${what}: ${words}`, { retryable: PASSING.test(words) });
};

/** Brings the containers of one set of files about. Named volumes are never touched: Compose asks before it replaces one, and finds nobody to say yes. */
const up = async (parts: ComposeParts, id: string, run: ComposeRun, { desired, services, revision }: StoredRevision, secrets: readonly string[], signal: AbortSignal): Promise<void> => {
  const must = async (args: readonly string[]): Promise<void> => {
    const { code, stdout, stderr } = await parts.compose.run(run, args, signal);
    if (code !== 0) throw composeFailure(`bring up revision ${revision}`, `${stdout}\n${stderr}`, secrets);
  };
  if (desired === 'stopped') {
    await must(['up', '--no-start', '--remove-orphans']);
    return must(['stop', '--timeout', String(GRACE_SECONDS)]);
  }
  await must(['up', '--detach', '--remove-orphans', '--timeout', String(GRACE_SECONDS)]);
  const { engine, clock, patienceMs } = parts;
  const lastWords = async (container: string, until: AbortSignal): Promise<readonly string[]> => (await engine.logs.ofContainer(container, LAST_LINES, until)).map((line) => redact(line, secrets));
  await waitUntilUp({ rows: (until) => rowsOf(parts, id, until), services, lastWords, clock, patienceMs }, signal);
};

/**
 * Puts a revision in the place of the last good one. What is begun is on record first, so a kill at any instruction leaves
 * a record that says "mixed", and the same call again ends it. A revision that does not come up makes way: the last good
 * one is brought up again, as it was; what stood without a record, from the file that its containers name. Only where nothing
 * stood do the containers of the attempt go. Volumes stay in every case.
 *
 * @param standing the containers before it began
 */
export const bringUp = async (parts: ComposeParts, id: string, { stored, run, secrets }: WrittenRevision, standing: readonly Container[], signal: AbortSignal): Promise<void> => {
  const { home, log } = parts;
  const wasRunning = standing.some(({ state }) => state === 'running' || state === 'restarting');
  const before = await home.state(id);
  // What stands after an attempt that was cut short is that attempt's.
  const former = before?.good === undefined ? (before?.former ?? (before?.attempt === undefined ? formerProject(standing) : undefined)) : undefined;
  const base: ProjectState = { id, project: run.project, ...(before?.good === undefined ? {} : { good: before.good }), ...(former === undefined ? {} : { former }) };
  await home.save({ ...base, attempt: stored });
  try {
    await up(parts, id, run, stored, secrets, signal);
  } catch (thrown) {
    const error = asAxionError(signal.aborted ? signal.reason : thrown);
    // Asked to stop, or nobody there to undo it: the record says how far it was.
    if (error.reason === 'RUNTIME_AWAY' || error.code === 'UNAVAILABLE' || (signal.aborted && error.code !== 'DEADLINE_EXCEEDED')) throw thrown;
    const alive = await rowsOf(parts, id, AbortSignal.timeout(ALIVE_MS)).then(() => true, () => false);
    if (!alive) throw new AxionError('UNAVAILABLE', `the engine does not answer: ${error.message}`, { reason: 'RUNTIME_AWAY', cause: error });
    const outcome = await putBack(parts, base, wasRunning).catch((undo: unknown) => {
      log.error({ workload: id, err: undo }, 'what stood before could not be brought up again');
      return `what stood before could not be brought up again: ${redact(asAxionError(undo).message, secrets)}`;
    });
    throw new AxionError(error.code, `${error.message}; ${outcome}`, { retryable: error.retryable, details: error.details, cause: error, ...(error.reason === undefined ? {} : { reason: error.reason }) });
  }
  await home.save({ id, project: run.project, good: stored });
  await home.tidy(id);
};

/** @returns what was done, in words */
const putBack = async (parts: ComposeParts, base: ProjectState, wasRunning: boolean): Promise<string> => {
  const { engine, home, log } = parts;
  const { id, project, good, former } = base;
  const signal = AbortSignal.timeout(UNDO_MS);
  const run = good !== undefined ? await storedRun(parts, id, project, good) : former !== undefined ? await formerRun(project, former) : undefined;
  const name = good === undefined ? 'what stood before' : `revision ${good.revision}`;
  if (run !== undefined) {
    const { code, stdout, stderr } = await parts.compose.run(run, wasRunning ? ['up', '--detach', '--remove-orphans', '--timeout', String(GRACE_SECONDS)] : ['up', '--no-start', '--remove-orphans'], signal);
    if (code !== 0) throw composeFailure(`bring up ${name} again`, `${stdout}\n${stderr}`, Object.values(run.env));
  } else if (former !== undefined) {
    // The last that runs is not taken away for want of a file; the attempt stays on record, so what stands is told as mixed.
    log.warn({ workload: id, directory: former.directory }, 'what stood before has no file that can be read; its containers are left as they are');
    return 'what stood before has no file that can be read here; its containers are left as they are: apply a revision that comes up';
  } else {
    for (const row of await rowsOf(parts, id, signal)) if (row.labels[LABELS.workload] === id) await engine.containers.remove(row.id, signal);
  }
  await home.save(base);
  await home.tidy(id);
  if (run === undefined) return 'its containers were removed, its volumes kept';
  return wasRunning ? `${name} runs again` : `${name} stands again`;
};
