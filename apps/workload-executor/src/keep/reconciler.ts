import { AxionError } from '@axion/core';
import type { Driver, Found, Instance, Observed, Sighting } from '../drivers/driver.ts';
import { adopted } from '../plan/adopt.ts';
import { isLate, planKeep } from '../plan/plan-keep.ts';
import type { KeepStep } from '../plan/plan-keep.ts';
import type { WorkloadType } from '../workload/spec.ts';
import { noteStuck } from './keep-step.ts';
import type { KeeperParts } from './keeper-parts.ts';
import type { Keeper } from './keeper.ts';
import { Orphans } from './orphans.ts';
import type { OrphanNews } from './orphans.ts';

export interface ReconcilerOptions {
  readonly parts: KeeperParts;
  readonly keeper: Keeper;
  /** The book existed at the start. */
  readonly bookWasKept: boolean;
  /** Nothing was ever made here: no runtime can hold what bears the mark of this agent's key. */
  readonly isFirstStart?: boolean;
  /** `[workloads].reconcile_interval`, milliseconds. */
  readonly intervalMs: number;
  /** `[workloads].reconcile_enabled`; if not, what was accepted is done, and nothing is brought back. */
  readonly keeps: boolean;
  readonly gcOrphans: boolean;
  readonly onOrphan: (news: OrphanNews) => void;
  readonly onPass: (seconds: number, seen: Sightings) => void;
}

/** What was seen last, by workload; of what has changed since nothing is said. */
export type Sightings = ReadonlyMap<string, Observed<Found>>;

/** What is left undone where nothing is to be brought back. */
const BRINGS_BACK: ReadonlySet<KeepStep> = new Set(['start', 'stop', 'recreate', 'lost-spec']);
/** One look at everything takes no longer. */
const LOOK_MS = 30_000;
/** What was seen within this time is told as it is. */
const FRESH_MS = 5000;

const shownOf = (sighting: Sighting, id: string): Observed<Found> => {
  const because = sighting.silent?.get(id);
  if (because !== undefined) return { known: false, because };
  return sighting.known ? { known: true, value: sighting.value.get(id) ?? 'absent' } : sighting;
};

/**
 * Looks at every runtime in one or two calls, and has brought back what is not as asked: every interval, and whenever a
 * runtime says that something happened. Passes never overlap; a runtime that does not answer holds up only its own.
 *
 * Invariant: what is kept of a workload was seen after the last thing that its runtime told of it.
 */
export class Reconciler {
  readonly name = 'reconciler';
  readonly #options: ReconcilerOptions;
  readonly #end = new AbortController();
  readonly #seen = new Map<string, Observed<Found>>();
  /** For each look that is under way, what changed since it began. */
  readonly #changed = new Set<Set<string>>();
  /** When each runtime was looked at last, or did not answer, by the monotonic clock. */
  readonly #lookedAt = new Map<WorkloadType, number>();
  readonly #glances = new Map<WorkloadType, Promise<unknown>>();
  readonly #orphans: Orphans;
  /** Runtimes that still have to be looked at once before the book counts as whole. */
  readonly #unseen: Set<Driver>;
  #woken = Promise.withResolvers<void>();
  #running: readonly Promise<void>[] = [];

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    const { clock, log, drivers } = options.parts;
    this.#orphans = new Orphans({ clock, log, collect: options.gcOrphans, tell: options.onOrphan, remove: (type, id, signal) => options.keeper.removeStranger(type, id, signal) });
    // What a Persys node left is looked for all the same; its machines bear no mark.
    this.#unseen = new Set(options.bookWasKept ? [] : drivers.all().filter(({ type }) => options.isFirstStart !== true || type !== 'vm'));
  }

  get seen(): Sightings {
    return this.#seen;
  }

  /** `false`: the book was lost and not every runtime was looked at since, so what is not in it may stand all the same. */
  get isWhole(): boolean {
    return this.#unseen.size === 0;
  }

  get orphans(): readonly string[] {
    return this.#orphans.ids();
  }

  async start(): Promise<void> {
    const { parts, bookWasKept } = this.#options;
    const known = new Set(parts.book.all().map(({ id }) => id));
    for (const driver of parts.drivers.all()) {
      await driver.recover(known, AbortSignal.any([this.#end.signal, AbortSignal.timeout(LOOK_MS)])).catch((error: unknown) => parts.log.warn({ runtime: driver.type, err: error }, 'what an earlier run left could not be put right'));
    }
    if (bookWasKept) for (const { id, pending, deleting } of parts.book.all()) if (pending !== undefined || deleting !== undefined) this.#options.keeper.wake(id);
    this.#running = [this.#loop(), ...parts.drivers.all().map((driver) => driver.follow((id) => this.#heard(driver, id), this.#end.signal))];
  }

  async drain(): Promise<void> {
    this.#end.abort();
    await Promise.race([this.#options.keeper.idle(), this.#options.parts.clock.sleep(5000)]);
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#options.keeper.close();
    await Promise.all(this.#running);
  }

  /** One workload, seen now. */
  async look(id: string, signal: AbortSignal): Promise<Observed<Found>> {
    const record = this.#options.parts.book.get(id);
    if (record === undefined) return { known: true, value: 'absent' };
    const [observed, changed] = await this.#during(() => this.#options.parts.drivers.of(record.type).inspect(id, signal));
    if (!changed.has(id)) this.#seen.set(id, observed);
    return observed;
  }

  /** Everything, seen now. What a runtime does not show within `patienceMs` is unknown. */
  async lookAtAll(signal: AbortSignal, patienceMs = LOOK_MS): Promise<void> {
    await Promise.all(this.#options.parts.drivers.all().map((driver) => this.#observe(driver, signal, patienceMs)));
  }

  /** The runtime was looked at a moment ago, or is switched off. */
  isFresh(type: WorkloadType): boolean {
    const at = this.#lookedAt.get(type);
    return at === undefined ? this.#driver(type) === undefined : this.#options.parts.clock.monotonic() - at < FRESH_MS;
  }

  /** As `lookAtAll`, of one runtime; whoever comes meanwhile waits along. */
  async glance(type: WorkloadType, patienceMs: number): Promise<void> {
    const driver = this.#driver(type);
    if (driver === undefined) return;
    const look = (): Promise<unknown> => this.#observe(driver, this.#end.signal, patienceMs).finally(() => this.#glances.delete(type));
    const under = this.#glances.get(type) ?? look();
    this.#glances.set(type, under);
    await under;
  }

  #driver(type: WorkloadType): Driver | undefined {
    return this.#options.parts.drivers.all().find((driver) => driver.type === type);
  }

  #heard(driver: Driver, id: string | undefined): void {
    const { keeper, parts } = this.#options;
    // A stream that was opened again has missed what happened meanwhile.
    const ids = id === undefined ? parts.book.all().flatMap((record) => (record.type === driver.type ? [record.id] : [])) : [id];
    for (const each of ids) {
      this.#seen.delete(each);
      for (const changed of this.#changed) changed.add(each);
    }
    if (id === undefined) this.#woken.resolve();
    else if (parts.book.get(id) !== undefined && !keeper.isBusy(id) && this.#options.keeps) keeper.wake(id);
  }

  async #loop(): Promise<void> {
    const { parts, intervalMs } = this.#options;
    const { signal } = this.#end;
    while (!signal.aborted) {
      this.#woken = Promise.withResolvers();
      await this.#pass(signal).catch((error: unknown) => {
        if (!signal.aborted) parts.log.error({ err: error }, 'a pass of the reconciler failed; the next one begins anew');
      });
      const enough = new AbortController();
      await Promise.race([this.#woken.promise, parts.clock.sleep(intervalMs, AbortSignal.any([signal, enough.signal])).catch(() => undefined)]);
      enough.abort();
    }
  }

  async #pass(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options.parts;
    const began = clock.monotonic();
    await Promise.all(this.#options.parts.drivers.all().map((driver) => this.#reconcile(driver, signal)));
    for (const id of this.#seen.keys()) if (this.#options.parts.book.get(id) === undefined) this.#seen.delete(id);
    this.#options.onPass((clock.monotonic() - began) / 1000, this.#seen);
  }

  async #reconcile(driver: Driver, signal: AbortSignal): Promise<void> {
    const { parts, keeper, keeps } = this.#options;
    const observed = await this.#observe(driver, signal);
    if (observed.known) await this.#strangers(driver, observed.value, observed.silent === undefined, signal);
    // Where the runtime is not installed there is nothing to take over.
    else if (observed.because.code === 'FAILED_PRECONDITION') await this.#wasSeen(driver);
    for (const record of parts.book.all()) {
      if (record.type !== driver.type) continue;
      if (keeper.isBusy(record.id)) {
        // Behind others that take their time; what was told is told truly, also while it waits for its turn.
        if (observed.known && isLate(record, parts.clock.now(), parts.settings.pendingTimeoutMs)) await noteStuck(parts, record, 'others are worked on before it, or it takes long itself');
        continue;
      }
      const step = planKeep(record, shownOf(observed, record.id), parts.clock.now(), { ...parts.settings, draining: parts.book.draining });
      if (step === 'nothing' || (!keeps && BRINGS_BACK.has(step))) continue;
      // The lane looks again before it does anything: this look may be old by then.
      keeper.wake(record.id);
    }
  }

  /** Looks at a runtime within a deadline, and notes what it shows of each workload on record. */
  async #observe(driver: Driver, signal: AbortSignal, patienceMs = LOOK_MS): Promise<Sighting> {
    const { book, clock } = this.#options.parts;
    const [observed, changed] = await this.#during(() =>
      driver.observe(AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])).catch((error: unknown): Sighting => {
        signal.throwIfAborted();
        return { known: false, because: new AxionError('DEADLINE_EXCEEDED', `the runtime did not show its workloads within ${patienceMs / 1000} s`, { reason: 'RUNTIME_AWAY', cause: error }) };
      }),
    );
    this.#lookedAt.set(driver.type, clock.monotonic());
    for (const { id, type } of book.all()) if (type === driver.type && !changed.has(id)) this.#seen.set(id, shownOf(observed, id));
    return observed;
  }

  /** What `look` shows of these may be older than their change. */
  async #during<T>(look: () => Promise<T>): Promise<readonly [T, changed: ReadonlySet<string>]> {
    const changed = new Set<string>();
    this.#changed.add(changed);
    try {
      return [await look(), changed];
    } finally {
      this.#changed.delete(changed);
    }
  }

  /** What stands and is not on record: taken over where the book was lost or a Persys node left it, else an orphan. */
  async #strangers(driver: Driver, standing: ReadonlyMap<string, Instance>, isWhole: boolean, signal: AbortSignal): Promise<void> {
    const { parts, keeper } = this.#options;
    const bookLost = this.#unseen.has(driver);
    const strangers = [...standing.values()].filter(({ id }) => parts.book.get(id) === undefined && !keeper.isBusy(id));
    const orphans: string[] = [];
    for (const { id, memo } of strangers) {
      if (memo === undefined) await this.#adopt(driver, id, signal);
      // What cannot be opened belongs to an agent with another key: it is neither kept nor collected here.
      else if (!parts.book.isOurs(id, memo)) continue;
      else if (bookLost) await this.#adopt(driver, id, signal);
      else orphans.push(id);
    }
    await this.#orphans.seen(driver.type, orphans, signal);
    if (isWhole) await this.#wasSeen(driver);
  }

  async #wasSeen(driver: Driver): Promise<void> {
    const { book, log } = this.#options.parts;
    if (!this.#unseen.has(driver)) return;
    if (this.#unseen.size === 1) {
      await book.mark();
      log.info({ workloads: book.all().length }, 'the book of workloads is whole');
    }
    this.#unseen.delete(driver);
  }

  async #adopt(driver: Driver, id: string, signal: AbortSignal): Promise<void> {
    const { book, clock, log } = this.#options.parts;
    // It may have been deleted since the list was made.
    const found = await driver.inspect(id, signal);
    if (!found.known || found.value === 'absent') return;
    const { value } = found;
    const record = await book.update(id, (now) => now ?? adopted(driver.type, value, clock.now()));
    this.#seen.set(id, found);
    log.info({ workload: id, revision: record?.current?.revision, desired: record?.desired }, 'a workload that stands was taken over');
  }
}
