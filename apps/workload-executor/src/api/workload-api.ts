import {
  ApplyWorkloadRequest,
  ApplyWorkloadResponse,
  DeleteWorkloadRequest,
  DeleteWorkloadResponse,
  GetWorkloadStatusRequest,
  GetWorkloadStatusResponse,
  HealthCheckResponse,
  ListActionsRequest,
  ListActionsResponse,
  ListWorkloadsRequest,
  ListWorkloadsResponse,
} from '@axion/contracts/proto/persys/agent/v1/agent_service';
import type { WorkloadStatus } from '@axion/contracts/proto/persys/agent/v1/workload_status';
import { asAxionError, AxionError } from '@axion/core';
import type { Found, Observed, Usage } from '../drivers/driver.ts';
import type { Accepted, Keeper } from '../keep/keeper.ts';
import type { KeeperParts } from '../keep/keeper-parts.ts';
import type { Reconciler } from '../keep/reconciler.ts';
import type { TaskEnd } from '../keep/tasks.ts';
import { ownAction, wireAction } from '../mapping/action-types.ts';
import { askedOf } from '../mapping/apply-request.ts';
import { isWireType, seconds, workloadStatus } from '../mapping/workload-status.ts';
import { WIRE_TYPES } from '../mapping/wire-types.ts';
import { actualState } from '../plan/actual-state.ts';
import { planKeep } from '../plan/plan-keep.ts';
import type { WorkloadRecord } from '../workload/record.ts';
import type { WorkloadType } from '../workload/spec.ts';
import { parseWorkloadId } from '../workload/workload-id.ts';
import { nodeReport } from './node-report.ts';
import { PromisedRoom } from './promised-room.ts';

export interface WorkloadApiOptions {
  readonly parts: KeeperParts;
  readonly keeper: Keeper;
  readonly reconciler: Pick<Reconciler, 'look' | 'lookAtAll' | 'isFresh' | 'glance' | 'seen' | 'orphans' | 'isWhole'>;
  readonly version: string;
}

/** What takes no longer is answered with its result, everything else with `PENDING` and its task. */
const QUICK_MS = 2500;
/** A runtime that shows nothing within this time is said to be unknown. */
const LOOK_MS = 3000;
/** A delete waits for the runtime: "deleted" is said only when it is. */
const DELETE_MS = 50_000;

/** How long a deletion waits for a book that was lost to be whole again. */
const WHOLE_MS = 30_000;
const LOOK_AGAIN_MS = 250;

/**
 * The calls of `persys.agent.v1.AgentService`, from request to answer. Every door (bus, Kafka, gRPC) comes through here.
 * Requests and answers are proto3 JSON.
 */
export class WorkloadApi {
  readonly #options: WorkloadApiOptions;
  readonly #promised: PromisedRoom;

  constructor(options: WorkloadApiOptions) {
    this.#options = options;
    this.#promised = new PromisedRoom(options.parts.book);
  }

  async apply(body: unknown, signal: AbortSignal): Promise<unknown> {
    const asked = askedOf(ApplyWorkloadRequest.fromJSON(body));
    const accepted = await this.#options.keeper.apply(asked);
    // Nothing happens before its next try: who applies many, one after another, is not held up by those that ail.
    const patience = accepted.decision === 'join' && this.#nextTryIn(asked.id) > QUICK_MS ? 0 : QUICK_MS;
    return ApplyWorkloadResponse.toJSON(await this.#applied(asked.id, accepted, await accepted.task?.end.within(patience, signal), signal));
  }

  /** As `apply`, but waits for the end, over retries too. */
  async applyToTheEnd(body: unknown, signal: AbortSignal): Promise<{ readonly answer: unknown; readonly end: TaskEnd | undefined }> {
    const asked = askedOf(ApplyWorkloadRequest.fromJSON(body));
    let accepted = await this.#options.keeper.apply(asked);
    let end = await accepted.task?.end.ended(signal);
    // A failure that is tried again is no end: the same request joins what is under way.
    while (end?.outcome === 'failed' && this.#options.parts.book.get(asked.id)?.failure?.terminal === undefined) {
      accepted = await this.#options.keeper.join(asked);
      // It came to its end between two looks.
      if (accepted.task === undefined) end = this.#options.parts.book.get(asked.id)?.current?.revision === asked.revision ? { outcome: 'completed' } : { outcome: 'superseded' };
      else end = await accepted.task.end.ended(signal);
    }
    return { answer: ApplyWorkloadResponse.toJSON(await this.#applied(asked.id, accepted, end, signal)), end };
  }

  async delete(body: unknown, signal: AbortSignal): Promise<unknown> {
    const id = parseWorkloadId(DeleteWorkloadRequest.fromJSON(body).id);
    const deletion = await this.#options.keeper.delete(id);
    if (deletion === undefined) throw this.#unknown(id);
    const end = await deletion.within(DELETE_MS, signal);
    return DeleteWorkloadResponse.toJSON(this.#deleted(id, end));
  }

  /** As `delete`; that there is nothing to delete is a success, because the command may have been executed before. */
  async deleteToTheEnd(body: unknown, signal: AbortSignal): Promise<{ readonly answer: unknown; readonly end: TaskEnd | undefined }> {
    const id = parseWorkloadId(DeleteWorkloadRequest.fromJSON(body).id);
    const { clock } = this.#options.parts;
    for (const until = clock.monotonic() + WHOLE_MS; !this.#options.reconciler.isWhole && clock.monotonic() < until; ) await clock.sleep(LOOK_AGAIN_MS, signal);
    let end: TaskEnd | undefined;
    do {
      const deletion = await this.#options.keeper.delete(id);
      if (deletion === undefined && !this.#options.reconciler.isWhole) throw this.#unknown(id);
      if (deletion === undefined) return { answer: { success: true, message: `there is no workload ${id}` }, end: undefined };
      end = await deletion.ended(signal);
      if (end.outcome === 'failed' && this.#options.parts.book.get(id)?.failure?.terminal === undefined) await this.#options.parts.clock.sleep(QUICK_MS, signal);
    } while (end.outcome === 'failed' && this.#options.parts.book.get(id)?.failure?.terminal === undefined);
    return { answer: DeleteWorkloadResponse.toJSON(this.#deleted(id, end)), end };
  }

  async status(body: unknown, signal: AbortSignal): Promise<unknown> {
    const id = parseWorkloadId(GetWorkloadStatusRequest.fromJSON(body).id);
    const status = await this.#statusOf(id, signal);
    if (status === undefined) throw this.#unknown(id);
    return GetWorkloadStatusResponse.toJSON({ status });
  }

  async list(body: unknown, signal: AbortSignal): Promise<unknown> {
    const { type } = ListWorkloadsRequest.fromJSON(body ?? {});
    if (!isWireType(type)) throw new AxionError('INVALID_ARGUMENT', 'type is none that is known', { details: { field: 'type' } });
    const { parts, reconciler } = this.#options;
    const records = parts.book.all().filter((record) => type === 0 || WIRE_TYPES[record.type] === type);
    await reconciler.lookAtAll(signal, LOOK_MS);
    const usage = await this.#usage(records.filter(({ id }) => reconciler.seen.get(id)?.known === true), signal);
    const workloads: WorkloadStatus[] = [];
    for (const record of records.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
      const seen = reconciler.seen.get(record.id);
      const isSame = seen !== undefined && parts.book.get(record.id) === record;
      const status = isSame ? this.#status(record, seen, usage.get(record.id)) : await this.#statusOf(record.id, signal);
      if (status !== undefined) workloads.push(status);
    }
    return ListWorkloadsResponse.toJSON({ workloads });
  }

  async actions(body: unknown): Promise<unknown> {
    const { workloadId, actionType, status, limit, newestFirst } = ListActionsRequest.fromJSON(body ?? {});
    const actions = this.#options.parts.history.list({ workloadId, actionType: ownAction(actionType), status, limit, newestFirst });
    return ListActionsResponse.toJSON({
      actions: actions.map((action) => ({
        taskId: action.task_id,
        workloadId: action.workload_id,
        actionType: wireAction(action.action_type),
        status: action.status,
        error: action.error,
        createdAt: seconds(action.created_at),
        startedAt: seconds(action.started_at),
        endedAt: seconds(action.ended_at),
      })),
    });
  }

  async health(_body: unknown, signal: AbortSignal): Promise<unknown> {
    const { parts, reconciler, version } = this.#options;
    const patience = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]);
    const probes = await Promise.all(
      parts.drivers.all().map(async (driver) => {
        const name = driver.type;
        return driver.probe(patience).then(
          (words) => ({ name, well: true, state: 'healthy', words }),
          (error: unknown) => {
            const { code, message } = asAxionError(error);
            // What is not installed does not ail: this node only has no such runtime.
            return { name, well: code === 'FAILED_PRECONDITION', state: `unhealthy: ${patience.aborted ? 'it does not answer' : message}`, words: undefined };
          },
        );
      }),
    );
    const room = await parts.room();
    // The state in the words of a Persys node; beside it what answers.
    const runtimes = Object.fromEntries(probes.flatMap(({ name, state, words }) => (words === undefined ? [[name, state]] : [[name, state], [`${name}.runtime`, words]])));
    return HealthCheckResponse.toJSON({
      healthy: probes.every(({ well }) => well),
      version,
      runtimeStatus: reconciler.orphans.length === 0 ? runtimes : { ...runtimes, orphans: reconciler.orphans.slice(0, 20).join(', ') },
      memoryUtilization: room.memoryTotal === 0 ? 0 : Math.round((1000 * room.memoryUsed) / room.memoryTotal) / 10,
      cpuUtilization: room.cpuPercent,
      diskUtilization: room.diskPercent,
    });
  }

  async retry(body: unknown): Promise<unknown> {
    const id = parseWorkloadId((body as { readonly id?: unknown } | null)?.id);
    if (!(await this.#options.keeper.retry(id))) throw this.#unknown(id);
    return { accepted: true };
  }

  /** `{ "drain": true }` or false; answers with how many still run. */
  async drain(body: unknown, signal: AbortSignal): Promise<unknown> {
    const { drain } = (body ?? {}) as { readonly drain?: unknown };
    const { parts, keeper, reconciler } = this.#options;
    if (typeof drain === 'boolean') await keeper.drain(drain);
    await reconciler.lookAtAll(signal, LOOK_MS);
    const running: string[] = [];
    for (const record of parts.book.all()) {
      const seen = reconciler.seen.get(record.id) ?? (await this.#look(record.id, signal));
      // Of a runtime that is silent nobody says that it runs nothing more.
      const isOpen = !seen.known && seen.because.code === 'DEADLINE_EXCEEDED' && record.desired === 'running';
      if (isOpen || actualState(record, seen).state === 'running') running.push(record.id);
    }
    return { draining: parts.book.draining, running };
  }

  /** What this node can carry and how much is taken, a `NodeReport`. */
  node(signal: AbortSignal): Promise<unknown> {
    return nodeReport(this.#options.parts, this.#promised.sum(), signal);
  }

  async #applied(id: string, { decision, task }: Accepted, end: TaskEnd | undefined, signal: AbortSignal): Promise<ApplyWorkloadResponse> {
    const { parts: { book, history, clock }, reconciler } = this.#options;
    const record = book.get(id);
    const began = clock.monotonic();
    // A skipped apply, the one call that may come a thousand times a second, says what was seen a moment ago.
    if (decision === 'skip' && record !== undefined && !reconciler.isFresh(record.type)) await reconciler.glance(record.type, LOOK_MS);
    const seen = reconciler.seen.get(id);
    const isEnough = record === undefined || (decision === 'skip' ? seen?.known === true && !this.#isAstray(record, seen) : end === undefined);
    const looked = isEnough ? seen : await this.#look(id, signal, LOOK_MS - (clock.monotonic() - began));
    const status = record && this.#status(record, looked, undefined);
    if (decision === 'skip' && record !== undefined && looked !== undefined && this.#isAstray(record, looked)) {
      this.#options.keeper.wake(id);
      return { applied: true, skipped: false, message: 'at this revision, but not as asked; it is brought back', status };
    }
    // It is in force: clients that know only `applied` are told so.
    if (decision === 'skip') return { applied: true, skipped: true, message: 'already at this revision and state', status };
    if (end === undefined && this.#nextTryIn(id) > 0) return { applied: true, skipped: false, message: `accepted; it is tried again in ${Math.ceil(this.#nextTryIn(id) / 1000)} s: ${record?.failure?.message ?? ''}`, status };
    if (end === undefined) return { applied: true, skipped: false, message: `accepted; task ${task?.id ?? history.latest(id)?.task_id ?? ''} goes on`, status };
    if (end.outcome === 'superseded') return { applied: false, skipped: true, message: 'superseded by a newer apply or a delete', status };
    if (end.outcome === 'failed') return { applied: false, skipped: false, message: end.error.message, status };
    return { applied: true, skipped: false, message: 'applied', status };
  }

  /** Whether it was seen to stand otherwise than it is to. An apply has it brought back, also where nothing is unasked. */
  #isAstray(record: WorkloadRecord, seen: Observed<Found>): boolean {
    const { clock, settings, book } = this.#options.parts;
    return ['start', 'stop', 'recreate'].includes(planKeep(record, seen, clock.now(), { ...settings, draining: book.draining }));
  }

  /** Milliseconds until what failed is tried again; 0: it is not waited for. */
  #nextTryIn(id: string): number {
    const { book, clock } = this.#options.parts;
    return Math.max(0, (book.get(id)?.failure?.next_retry_at ?? 0) - clock.now());
  }

  #deleted(id: string, end: TaskEnd | undefined): DeleteWorkloadResponse {
    if (end?.outcome === 'completed') return { success: true, message: `${id} is deleted` };
    if (end?.outcome === 'failed') return { success: false, message: `${id} is not deleted: ${end.error.message}` };
    return { success: false, message: `${id} is being deleted; it was not gone within ${DELETE_MS / 1000} s` };
  }

  /** What is said of an id that is not on record. */
  #unknown(id: string): AxionError {
    if (this.#options.reconciler.isWhole) {
      // Schedulers know that it is gone by the words "not found".
      return new AxionError('NOT_FOUND', `workload not found: ${id}`, { reason: 'NO_SUCH_WORKLOAD' });
    }
    return new AxionError('UNAVAILABLE', `the records of workloads were lost and are made again from the runtimes, of which one does not answer yet; whether there is a workload ${id} is not known`, { reason: 'BOOK_INCOMPLETE' });
  }

  /** `undefined`: there is no such workload. */
  async #statusOf(id: string, signal: AbortSignal): Promise<WorkloadStatus | undefined> {
    const { book } = this.#options.parts;
    for (;;) {
      const record = book.get(id);
      if (record === undefined) return undefined;
      const observed = await this.#look(id, signal);
      const usage = observed.known ? (await this.#usage([record], signal)).get(id) : undefined;
      // What was brought about since the look is not said to be missing: all of an answer belongs to one moment.
      if (book.get(id) === record) return this.#status(record, observed, usage);
    }
  }

  async #look(id: string, signal: AbortSignal, patienceMs = LOOK_MS): Promise<Observed<Found>> {
    return this.#options.reconciler.look(id, AbortSignal.any([signal, AbortSignal.timeout(Math.max(0, Math.round(patienceMs)))])).catch((error: unknown): Observed<Found> => {
      signal.throwIfAborted();
      if (error instanceof AxionError && error.code === 'FAILED_PRECONDITION') return { known: false, because: error };
      return { known: false, because: new AxionError('DEADLINE_EXCEEDED', `the runtime did not answer within ${LOOK_MS / 1000} s`, { reason: 'RUNTIME_AWAY', cause: error }) };
    });
  }

  #status(record: WorkloadRecord, observed: Observed<Found> | undefined, usage: Usage | undefined): WorkloadStatus {
    return workloadStatus(record, { observed, usage, task: this.#options.parts.history.latest(record.id) });
  }

  /** Usage is a courtesy: a status is told without it. */
  async #usage(records: readonly WorkloadRecord[], signal: AbortSignal): Promise<ReadonlyMap<string, Usage>> {
    const byType = Map.groupBy(records, ({ type }): WorkloadType => type);
    const patience = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]);
    const measured = await Promise.all(
      [...byType].map(async ([type, some]) => {
        try {
          return [...(await this.#options.parts.drivers.of(type).usage(some.map(({ id }) => id), patience))];
        } catch {
          return [];
        }
      }),
    );
    return new Map(measured.flat());
  }
}
