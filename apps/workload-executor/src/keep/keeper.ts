import { heldBack } from '@axion/contracts';
import { AxionError, Lanes, newId } from '@axion/core';
import { decideApply } from '../plan/decide-apply.ts';
import type { Decision } from '../plan/decide-apply.ts';
import { refusalFor } from '../plan/admit.ts';
import { planKeep } from '../plan/plan-keep.ts';
import { isDue } from '../plan/retry.ts';
import type { Intent, WorkloadRecord } from '../workload/record.ts';
import type { AnySpec, DesiredState, WorkloadType } from '../workload/spec.ts';
import { bringAbout } from './bring-about.ts';
import { demandOf } from './demand.ts';
import { Drainer } from './drainer.ts';
import { doKeepStep } from './keep-step.ts';
import type { KeeperParts } from './keeper-parts.ts';
import { takeAway } from './take-away.ts';
import type { Expected } from './tasks.ts';

/** A validated request to bring a workload to a revision. */
export interface Asked {
  readonly id: string;
  readonly revision: string;
  readonly desired: DesiredState;
  readonly workload: AnySpec;
}

export interface Accepted {
  readonly decision: Decision;
  /** Missing when nothing is to be done. */
  readonly task?: { readonly id: string; readonly end: Expected };
}

const OVERDUE_MS = 30_000;
/** Workloads whose applies are accepted side by side. */
const DOOR_WIDTH = 64;

/**
 * Accepts what is asked and does it, one thing at a time for each workload.
 *
 * Invariants: what was accepted is on disk before anybody is told; a workload is worked on by one lane task at a time, in
 * the order of what was accepted; of applies that wait only the newest is done, and each older one is answered; what a
 * kill interrupts is on record and is done by the next start.
 */
export class Keeper {
  readonly #parts: KeeperParts;
  readonly #lanes: Lanes;
  readonly #door = new Lanes(DOOR_WIDTH);
  readonly #end = new AbortController();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** Lane tasks that run or wait, by workload. */
  readonly #inHand = new Map<string, number>();
  /** The attempt that runs now, by workload: given up in favour of a newer apply as long as it only prepares. */
  readonly #attempts = new Map<string, { readonly task: string | undefined; readonly newer: AbortController }>();

  readonly #drainer: Drainer;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#lanes = new Lanes(parts.settings.width);
    this.#drainer = new Drainer({ parts, stop: (id) => this.#lanes.run(id, () => this.#attempt(id, undefined, (signal) => this.#keep(id, signal, true))), signal: this.#end.signal });
  }

  isBusy(id: string): boolean {
    return this.#inHand.has(id);
  }

  /** @throws {AxionError} `INVALID_ARGUMENT`, `FAILED_PRECONDITION`, `RESOURCE_EXHAUSTED`, or what the bus rejects with */
  apply(asked: Asked): Promise<Accepted> {
    // Admission takes a moment: nobody overtakes in it, or the newest would not be the last that was asked for.
    return this.#door.run(asked.id, () => this.#accept(asked));
  }

  async #accept({ id, revision, desired, workload }: Asked): Promise<Accepted> {
    const { book, drivers, history, tasks, clock } = this.#parts;
    this.#assertOpen();
    const known = book.get(id);
    const decided = decideApply(known, { revision, desired });
    // It was let in when it was accepted, and somebody works on it.
    if (decided === 'join' && known?.pending !== undefined && this.isBusy(id)) return this.join({ id, revision, desired });
    if (known !== undefined && decided === 'skip') {
      if (known.current?.memo === undefined && known.type === workload.type) await this.#learn(known, workload);
      return { decision: 'skip' };
    }
    if (known !== undefined && known.type !== workload.type) {
      throw new AxionError('FAILED_PRECONDITION', `${id} is a workload of type ${known.type}; delete it before it becomes one of type ${workload.type}`, { reason: 'TYPE_CHANGED', retryable: false, details: { field: 'type' } });
    }
    drivers.of(workload.type).validate(id, workload.spec);
    if (book.draining && desired === 'running') throw new AxionError('FAILED_PRECONDITION', 'this node is being drained: it takes no workloads until that is over', { reason: 'NODE_DRAINING', retryable: false });
    const held = this.#parts.hold();
    if (held !== undefined && known?.current?.revision !== revision) throw heldBack(held, 'workloads');
    if (desired === 'running' && (known?.current?.revision !== revision || known.desired !== 'running')) await this.#admit(workload, known);

    const taskId = newId();
    const intent: Intent = { task_id: taskId, revision, desired, memo: book.seal(id, workload), accepted_at: clock.now() };
    let decision: Decision = 'replace';
    let task: Accepted['task'];
    let older: Intent | undefined;
    await book.update(id, (now) => {
      decision = decideApply(now, { revision, desired });
      if (decision === 'skip') return now;
      const joined = decision === 'join' ? now?.pending?.task_id : undefined;
      task = { id: joined ?? taskId, end: tasks.expect(joined ?? taskId) };
      if (joined !== undefined) return now;
      older = now?.pending;
      const { failure: _over, ...rest } = now ?? { id, type: workload.type, desired, created_at: clock.now(), updated_at: 0 };
      return { ...rest, pending: intent, desired: rest.current === undefined ? desired : rest.desired };
    });
    if (task?.id === taskId) {
      history.created(taskId, id, 'apply');
      this.#supersede(id, older);
    }
    if (task !== undefined) this.wake(id);
    return task === undefined ? { decision } : { decision, task };
  }

  /** Waits along with what is under way for the same revision and state, whatever of it failed so far. No task: it is not under way. */
  async join({ id, revision, desired }: Pick<Asked, 'id' | 'revision' | 'desired'>): Promise<Accepted> {
    const pending = this.#parts.book.get(id)?.pending;
    if (pending === undefined || pending.revision !== revision || pending.desired !== desired) return { decision: 'skip' };
    return { decision: 'join', task: { id: pending.task_id, end: this.#parts.tasks.expect(pending.task_id) } };
  }

  /** @returns `undefined` when there is no such workload */
  async delete(id: string): Promise<Expected | undefined> {
    const { book, history, tasks, clock } = this.#parts;
    this.#assertOpen();
    const taskId = newId();
    let end: Expected | undefined;
    let older: Intent | undefined;
    let created = false;
    await book.update(id, (now) => {
      if (now === undefined) return undefined;
      const running = now.deleting !== undefined && now.failure?.terminal === undefined ? now.deleting.task_id : undefined;
      end = tasks.expect(running ?? taskId);
      older = now.pending;
      created = running === undefined;
      const { pending: _dropped, failure: _over, ...rest } = now;
      // The spec of what was never brought about may still be needed to find what it left.
      const current = rest.current ?? (older === undefined ? undefined : { revision: older.revision, memo: older.memo });
      return { ...rest, ...(current === undefined ? {} : { current }), deleting: { task_id: running ?? taskId, accepted_at: now.deleting?.accepted_at ?? clock.now() } };
    });
    if (end === undefined) return undefined;
    if (created) history.created(taskId, id, 'delete');
    this.#supersede(id, older);
    this.wake(id);
    return end;
  }

  /** Forgets why it failed, so that it is tried again now. `false`: there is no such workload. */
  async retry(id: string): Promise<boolean> {
    const known = await this.#parts.book.update(id, (now) => {
      if (now?.failure === undefined) return now;
      const { failure: _over, ...rest } = now;
      return rest;
    });
    if (known !== undefined) this.wake(id);
    return known !== undefined;
  }

  /** Takes no more workloads and stops those that run, in order; or takes them again and starts what is to run, the oldest first. */
  async drain(draining: boolean): Promise<void> {
    const { book } = this.#parts;
    await book.setDraining(draining);
    if (draining) return this.#drainer.nudge();
    for (const { id } of book.all().toSorted((a, b) => a.created_at - b.created_at)) this.wake(id);
  }

  /** Removes what stands without a record, but not its data. `false`: by now it was asked for. In its lane: what is applied meanwhile comes after. */
  removeStranger(type: WorkloadType, id: string, signal: AbortSignal): Promise<boolean> {
    const { book, drivers } = this.#parts;
    return this.#lanes.run(id, async () => {
      if (book.get(id) !== undefined) return false;
      await drivers.of(type).remove(id, undefined, { data: false }, signal);
      return true;
    });
  }

  /** Goes on with what was accepted for a workload, then looks whether it is as asked. */
  wake(id: string): void {
    // One that waits for its turn sees all that came before it.
    if (this.#end.signal.aborted || (this.#inHand.get(id) ?? 0) > 1) return;
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#inHand.set(id, (this.#inHand.get(id) ?? 0) + 1);
    const turn = this.#lanes.run(id, () => this.#turn(id)).catch((error: unknown) => {
      if (!this.#end.signal.aborted) this.#parts.log.error({ workload: id, err: error }, 'a workload could not be worked on; the next pass looks at it again');
    });
    void turn.then(() => {
      const left = (this.#inHand.get(id) ?? 1) - 1;
      if (left > 0) this.#inHand.set(id, left);
      else this.#inHand.delete(id);
    });
  }

  /** Waits until nothing is in hand. */
  idle(): Promise<void> {
    return this.#lanes.idle();
  }

  /** Leaves what is in hand as it is: the next start goes on with it. */
  async close(): Promise<void> {
    this.#end.abort(new AxionError('CANCELLED', 'the executor stops'));
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await this.#lanes.idle();
  }

  async #turn(id: string): Promise<void> {
    const { book, clock } = this.#parts;
    let last: string | undefined;
    while (!this.#end.signal.aborted) {
      const record = book.get(id);
      const { deleting, pending } = record ?? {};
      const task = deleting?.task_id ?? pending?.task_id;
      if (deleting === undefined && book.draining) break;
      if (record === undefined || task === undefined || task === last || !isDue(record.failure, clock.now())) break;
      last = task;
      await this.#attempt(id, task, (signal, newer) => (deleting === undefined ? bringAbout(this.#parts, record, pending!, { signal, newer }) : takeAway(this.#parts, record, deleting, signal)));
    }
    const after = book.get(id);
    // What was brought about just now was looked at just now.
    if (last === undefined && after?.current !== undefined && after.deleting === undefined && !this.#end.signal.aborted) await this.#attempt(id, undefined, (signal) => this.#keep(id, signal));
    this.#wakeAgain(id);
  }

  /** @param inTurn it is this workload's turn to be stopped, should the node be drained */
  async #keep(id: string, signal: AbortSignal, inTurn = false): Promise<void> {
    const { book, drivers, clock, settings } = this.#parts;
    const record = book.get(id);
    if (record === undefined) return;
    const observed = await drivers.of(record.type).inspect(id, signal);
    const step = planKeep(record, observed, clock.now(), { ...settings, draining: book.draining });
    if (step === 'stop' && book.draining && !inTurn) this.#drainer.nudge();
    else if (step !== 'nothing' && step !== 'settle') await doKeepStep(this.#parts, step, record, observed.known ? observed.value : 'absent', signal);
  }

  async #attempt(id: string, task: string | undefined, work: (signal: AbortSignal, newer: AbortSignal) => Promise<void>): Promise<void> {
    const { pendingTimeoutMs } = this.#parts.settings;
    const late = new AbortController();
    const newer = new AbortController();
    const timer = setTimeout(() => late.abort(new AxionError('DEADLINE_EXCEEDED', `it was not done within ${pendingTimeoutMs / 1000} s`, { reason: 'ATTEMPT_DEADLINE' })), pendingTimeoutMs);
    this.#attempts.set(id, { task, newer });
    try {
      await work(AbortSignal.any([late.signal, this.#end.signal]), newer.signal);
    } finally {
      clearTimeout(timer);
      this.#attempts.delete(id);
    }
  }

  #supersede(id: string, older: Intent | undefined): void {
    if (older === undefined) return;
    const { history, tasks } = this.#parts;
    const attempt = this.#attempts.get(id);
    if (attempt?.task === older.task_id) {
      attempt.newer.abort(new AxionError('ABORTED', 'a newer apply came', { reason: 'SUPERSEDED' }));
      return;
    }
    history.ended(older.task_id, 'superseded');
    tasks.end(older.task_id, { outcome: 'superseded' });
  }

  #wakeAgain(id: string): void {
    const due = this.#parts.book.get(id)?.failure?.next_retry_at;
    if (due === undefined || this.#end.signal.aborted) return;
    const left = due - this.#parts.clock.now();
    // Overdue means that the runtime does not answer: its return wakes everything, this is only in case that is missed.
    const wait = left > 0 ? left : OVERDUE_MS;
    clearTimeout(this.#timers.get(id));
    this.#timers.set(id, setTimeout(() => this.wake(id), wait));
  }

  /** What was taken over without its spec can be made again from now on. */
  async #learn({ id, current }: WorkloadRecord, workload: AnySpec): Promise<void> {
    const { book, drivers } = this.#parts;
    drivers.of(workload.type).validate(id, workload.spec);
    const memo = book.seal(id, workload);
    await book.update(id, (now) => (now?.current === undefined || now.current.memo !== undefined || now.current.revision !== current?.revision ? now : { ...now, current: { ...now.current, memo } }));
  }

  async #admit(workload: AnySpec, known: WorkloadRecord | undefined): Promise<void> {
    const { book, room, limits } = this.#parts;
    // What does not run gives nothing back.
    const replaced = known?.desired === 'running' ? book.specOf(known.id, known.current) : undefined;
    const refused = refusalFor(demandOf(workload), replaced && demandOf(replaced), await room(), limits);
    if (refused !== undefined) throw refused;
  }

  #assertOpen(): void {
    if (this.#end.signal.aborted) throw new AxionError('UNAVAILABLE', 'the workload executor is stopping; ask again in a moment', { reason: 'STOPPING' });
  }
}
