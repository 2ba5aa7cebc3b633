import { asAxionError, AxionError } from '@axion/core';
import type { Container } from '@axion/docker-engine';
import { LABELS } from '../../workload/labels.ts';
import type { ComposeSpec } from '../../workload/spec.ts';
import type { Driver, Found, Instance, Observed, RemoveOptions, Sighting, Usage, Wanted } from '../driver.ts';
import { bringUp, composeFailure } from './bring-up.ts';
import { checkProject } from './check-project.ts';
import type { ComposeParts } from './compose-parts.ts';
import { validateCompose } from './compose-text.ts';
import { GRACE_SECONDS, removeProject } from './project-removal.ts';
import { allRows, COMPOSE_TYPE, partOf, rowsOf } from './project-rows.ts';
import { projectInstance } from './project-view.ts';
import { storedRun, writeRevision } from './write-revision.ts';
import type { WrittenRevision } from './write-revision.ts';

const WATCHED = ['start', 'die', 'oom', 'destroy', 'pause', 'unpause', 'health_status'];
/** Whether anything stands that uses the files of a refused revision. */
const LOOK_MS = 10_000;

/**
 * Compose applications. Compose changes them; what stands is read from the engine by label, without spawning anything, so
 * looking at hundreds costs one call.
 */
export class ComposeDriver implements Driver<'compose'> {
  readonly type = 'compose';
  readonly #parts: ComposeParts;
  readonly #endStrays: () => Promise<number>;
  /** The containers of each workload, as last seen. */
  #standing: ReadonlyMap<string, readonly string[]> = new Map();
  /** Revisions that were prepared and not placed yet. */
  readonly #drafts = new Map<string, WrittenRevision>();

  constructor(parts: ComposeParts, endStrays: () => Promise<number>) {
    this.#parts = parts;
    this.#endStrays = endStrays;
  }

  validate(_id: string, spec: ComposeSpec): void {
    validateCompose(spec);
  }

  async prepare(wanted: Wanted<'compose'>, _standing: Found | undefined, signal: AbortSignal): Promise<void> {
    try {
      const { run, resolved } = await this.#written(wanted, signal);
      await checkProject(this.#parts, wanted.id, run.project, resolved, signal);
      await Promise.all(resolved.images.map((image) => this.#parts.images.ensure(image, signal)));
    } catch (error) {
      this.#drafts.delete(wanted.id);
      await this.#discard(wanted.id);
      throw error;
    }
  }

  async replace(wanted: Wanted<'compose'>, _standing: Found | undefined, signal: AbortSignal): Promise<Instance> {
    const { id } = wanted;
    const standing = await rowsOf(this.#parts, id, signal);
    const written = await this.#written(wanted, signal);
    this.#drafts.delete(id);
    await bringUp(this.#parts, id, written, standing, signal);
    return projectInstance(id, await rowsOf(this.#parts, id, signal), await this.#parts.home.state(id));
  }

  async start(id: string, signal: AbortSignal): Promise<void> {
    const { home, engine } = this.#parts;
    if ((await home.state(id))?.good === undefined) {
      // Taken over without its file: what stands of it is started.
      const rows = await rowsOf(this.#parts, id, signal);
      for (const row of rows) if (row.state !== 'running') await engine.containers.start(row.id, signal);
      if (rows.length > 0) return;
    }
    // What is missing is made, what is there is left as it is.
    await this.#run(id, 'start', ['up', '--detach', '--no-recreate'], signal);
  }

  async stop(id: string, signal: AbortSignal): Promise<void> {
    const { home, engine } = this.#parts;
    if ((await home.state(id))?.good !== undefined) return this.#run(id, 'stop', ['stop', '--timeout', String(GRACE_SECONDS)], signal);
    await Promise.all((await rowsOf(this.#parts, id, signal)).map((row) => engine.containers.stop(row.id, GRACE_SECONDS, signal)));
  }

  async remove(id: string, _spec: ComposeSpec | undefined, { data }: RemoveOptions, signal: AbortSignal): Promise<void> {
    const { home, log } = this.#parts;
    const state = await home.state(id);
    if (state?.good !== undefined) {
      // In the order of their dependencies, as long as there is a Compose that can; then by label, which always works.
      await this.stop(id, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        log.warn({ workload: id, err: error }, 'not stopped in order; its containers are removed one by one');
      });
    }
    await removeProject(this.#parts, id, state?.project, data, signal);
    this.#drafts.delete(id);
    const isDataLeft = await home.forget(id);
    // No label can say of what lies there that it may go.
    if (isDataLeft) log.info({ workload: id, folder: home.directory(id) }, 'removed; what it wrote beside its Compose file is kept');
  }

  async observe(signal: AbortSignal): Promise<Sighting> {
    const { home } = this.#parts;
    let silent: ReadonlyMap<string, AxionError> = new Map();
    const seen = await this.#look(signal, async () => {
      const byId = Map.groupBy(await allRows(this.#parts, signal), (row) => partOf(row) ?? '');
      byId.delete('');
      this.#standing = new Map([...byId].map(([id, rows]) => [id, idsOf(rows)]));
      const states = await home.states();
      silent = await home.unreadable();
      return new Map([...byId].flatMap(([id, rows]) => (silent.has(id) ? [] : [[id, projectInstance(id, rows, states.get(id))]])));
    });
    return silent.size === 0 ? seen : { ...seen, silent };
  }

  inspect(id: string, signal: AbortSignal): Promise<Observed<Found>> {
    return this.#look(signal, async () => {
      const rows = await rowsOf(this.#parts, id, signal);
      this.#standing = new Map([...this.#standing, [id, idsOf(rows)]]);
      return rows.length === 0 ? 'absent' : projectInstance(id, rows, await this.#parts.home.state(id));
    });
  }

  async images(): Promise<readonly string[]> {
    const { home } = this.#parts;
    // Images of what cannot be read may be in use as much as others.
    for (const unknown of (await home.unreadable()).values()) throw unknown;
    const kept = [...(await home.states()).values()].flatMap(({ good, attempt }) => [good, attempt]);
    return [...kept, ...[...this.#drafts.values()].map(({ stored }) => stored)].flatMap((stored) => stored?.images ?? []);
  }

  async recover(): Promise<void> {
    const { home, log } = this.#parts;
    const ended = await this.#endStrays();
    if (ended > 0) log.warn({ processes: ended }, 'Compose commands of a former run were ended');
    for (const id of await home.ids()) await home.tidy(id).catch((error: unknown) => log.warn({ workload: id, err: error }, 'files of former revisions are left'));
  }

  async usage(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Usage>> {
    const wanted = ids.flatMap((id) => (this.#standing.has(id) ? [[id, this.#standing.get(id)!] as const] : []));
    const measured = await this.#parts.usage(new Map(wanted.flatMap(([, containers]) => containers.map((container) => [container, container]))), signal);
    return new Map(
      wanted.flatMap(([id, containers]) => {
        const found = containers.flatMap((container) => measured.get(container) ?? []);
        return found.length === 0 ? [] : [[id, found.reduce(sum)]];
      }),
    );
  }

  async follow(onChange: (id: string | undefined) => void, signal: AbortSignal): Promise<void> {
    await this.#parts.engine.events.follow(
      {
        filters: { type: ['container'], event: WATCHED, label: [`${LABELS.type}=${COMPOSE_TYPE}`] },
        onEvent: ({ attributes }) => {
          const id = attributes[LABELS.workload];
          if (id !== undefined) onChange(id);
        },
        onOpen: () => onChange(undefined),
      },
      signal,
    );
  }

  async probe(signal: AbortSignal): Promise<string> {
    const [version, { engineVersion }] = await Promise.all([this.#parts.compose.version(signal), this.#parts.engine.swarm.info(signal)]);
    return `${version} on Docker Engine ${engineVersion}`;
  }

  async #run(id: string, what: string, args: readonly string[], signal: AbortSignal): Promise<void> {
    const state = await this.#parts.home.state(id);
    if (state?.good === undefined) throw new AxionError('NOT_FOUND', `workload ${id} has no Compose file on this node`, { reason: 'NO_COMPOSE_FILE' });
    const run = await storedRun(this.#parts, id, state.project, state.good);
    const { code, stdout, stderr } = await this.#parts.compose.run(run, args, signal);
    if (code !== 0) throw composeFailure(`${what} ${id}`, `${stdout}\n${stderr}`, Object.values(run.env));
  }

  /** Takes the files of a refused revision away; all of them, where nothing of the workload was ever there. */
  async #discard(id: string): Promise<void> {
    const { home, log } = this.#parts;
    try {
      await home.tidy(id);
      if ((await home.state(id)) === undefined && (await rowsOf(this.#parts, id, AbortSignal.timeout(LOOK_MS))).length === 0) await home.forget(id);
    } catch (error) {
      log.warn({ workload: id, err: error }, 'the files of a refused revision are left until the next one');
    }
  }

  /** Compose is asked once about a revision, not again between preparing and placing it. */
  async #written(wanted: Wanted<'compose'>, signal: AbortSignal): Promise<WrittenRevision> {
    const draft = this.#drafts.get(wanted.id);
    const { revision, memo, desired } = draft?.stored ?? {};
    if (draft !== undefined && revision === wanted.revision && memo === wanted.memo && desired === wanted.desired) return draft;
    const written = await writeRevision(this.#parts, wanted, signal);
    this.#drafts.set(wanted.id, written);
    return written;
  }

  async #look<T>(signal: AbortSignal, read: () => Promise<T>): Promise<Observed<T>> {
    try {
      return { known: true, value: await read() };
    } catch (error) {
      signal.throwIfAborted();
      return { known: false, because: asAxionError(error) };
    }
  }
}

const idsOf = (rows: readonly Container[]): readonly string[] => rows.map((row) => row.id);

const sum = (a: Usage, b: Usage): Usage => ({
  cpuPercent: a.cpuPercent + b.cpuPercent,
  memoryBytes: a.memoryBytes + b.memoryBytes,
  diskReadBytes: a.diskReadBytes + b.diskReadBytes,
  diskWriteBytes: a.diskWriteBytes + b.diskWriteBytes,
  netRxBytes: a.netRxBytes + b.netRxBytes,
  netTxBytes: a.netTxBytes + b.netTxBytes,
  collectedAt: Math.max(a.collectedAt, b.collectedAt),
  source: a.source,
});
