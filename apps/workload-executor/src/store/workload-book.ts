import type { Bucket } from '@axion/bus';
import { subjectToken } from '@axion/contracts';
import type { Clock } from '@axion/core';
import type { Logger, SealedBox } from '@axion/service-kit';
import type { StoredRevision, WorkloadRecord } from '../workload/record.ts';
import type { AnySpec } from '../workload/spec.ts';

/** Written once; where it is missing, the bucket is new or was lost, and what the runtimes hold is taken over. */
const MARK = '_book';
interface Mark {
  readonly opened_at: number;
  readonly draining?: boolean;
  /** `false`: what stands on the runtimes has not all been taken over yet. */
  readonly whole?: boolean;
}

export interface BookOptions {
  readonly bucket: Bucket<WorkloadRecord | Mark>;
  readonly box: SealedBox;
  readonly clock: Clock;
  readonly log: Logger;
}

const isRecord = (value: WorkloadRecord | Mark): value is WorkloadRecord => 'id' in value;

/**
 * The records of all workloads, in memory and on the bus.
 *
 * Invariants: this process alone writes them; what `update` has returned is on disk; changes of one id are made one after
 * another, each on the outcome of the one before.
 */
export class WorkloadBook {
  readonly #options: BookOptions;
  readonly #records = new Map<string, WorkloadRecord>();
  readonly #turns = new Map<string, Promise<unknown>>();
  #marked = false;
  #draining = false;

  constructor(options: BookOptions) {
    this.#options = options;
  }

  /** Reads what is stored. `false`: there was no book, so what stands on the runtimes is all that is known. */
  async open(): Promise<boolean> {
    const entries = await this.#options.bucket.entries();
    for (const { value } of entries) if (isRecord(value)) this.#records.set(value.id, value);
    const mark = entries.find(({ key }) => key === MARK)?.value;
    this.#marked = mark !== undefined && (isRecord(mark) || mark.whole !== false);
    this.#draining = mark !== undefined && !isRecord(mark) && mark.draining === true;
    return this.#marked;
  }

  /** The book is whole from now on: a workload that is not in it was not asked for. */
  async mark(): Promise<void> {
    await this.#options.bucket.put(MARK, { opened_at: this.#options.clock.now(), draining: this.#draining });
    this.#marked = true;
  }

  /** Whether the node is being drained; kept over restarts. */
  get draining(): boolean {
    return this.#draining;
  }

  async setDraining(draining: boolean): Promise<void> {
    // That a node is drained does not make a book whole which was lost.
    await this.#options.bucket.put(MARK, { opened_at: this.#options.clock.now(), draining, ...(this.#marked ? {} : { whole: false }) });
    this.#draining = draining;
  }

  get(id: string): WorkloadRecord | undefined {
    return this.#records.get(id);
  }

  all(): readonly WorkloadRecord[] {
    return [...this.#records.values()];
  }

  /**
   * Changes a record; `undefined` forgets it, the same object changes nothing. Resolves when it is on disk.
   *
   * @throws {AxionError} what the bus rejects with; the record is then as before
   */
  async update(id: string, change: (record: WorkloadRecord | undefined) => WorkloadRecord | undefined): Promise<WorkloadRecord | undefined> {
    const before = this.#turns.get(id) ?? Promise.resolve();
    const turn = before.then(() => this.#write(id, change));
    const quiet = turn.catch(() => undefined);
    this.#turns.set(id, quiet);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(id) === quiet) this.#turns.delete(id);
    }
  }

  /** The bus may have come back with an empty store: writes again what it no longer has. */
  async restore(): Promise<void> {
    if (!this.#marked) return;
    const stored = new Set((await this.#options.bucket.entries()).map(({ key }) => key));
    if (stored.has(MARK)) return;
    this.#options.log.warn({ workloads: this.#records.size }, 'the bus has lost the workloads; they are written again');
    for (const id of this.#records.keys()) if (!stored.has(subjectToken(id))) await this.#options.bucket.put(subjectToken(id), this.#records.get(id)!);
    await this.mark();
  }

  seal(id: string, spec: AnySpec): string {
    return this.#options.box.seal(spec, id);
  }

  /** The spec of a stored revision. `undefined` where it is not known, or cannot be opened, which is logged. */
  specOf(id: string, revision: StoredRevision | undefined): AnySpec | undefined {
    if (revision?.memo === undefined) return undefined;
    try {
      return this.#options.box.open(revision.memo, id) as AnySpec;
    } catch (error) {
      this.#options.log.error({ workload: id, revision: revision.revision, err: error }, 'a stored spec cannot be read; apply the workload again');
      return undefined;
    }
  }

  /** Whether what a runtime gave back was sealed here. What another agent sealed is another agent's. */
  isOurs(id: string, memo: string): boolean {
    try {
      this.#options.box.open(memo, id);
      return true;
    } catch {
      return false;
    }
  }

  async #write(id: string, change: (record: WorkloadRecord | undefined) => WorkloadRecord | undefined): Promise<WorkloadRecord | undefined> {
    const { bucket, clock } = this.#options;
    const before = this.#records.get(id);
    const after = change(before);
    if (after === before) return before;
    if (after === undefined) {
      await bucket.delete(subjectToken(id));
      this.#records.delete(id);
      return undefined;
    }
    const stored = { ...after, updated_at: clock.now() };
    await bucket.put(subjectToken(id), stored);
    this.#records.set(id, stored);
    return stored;
  }
}
