import { asAxionError, AxionError } from '@axion/core';
import type { Clock } from '@axion/core';
import { isEngineAway } from '@axion/docker-engine';
import type { Container, ContainerDetails, Engine } from '@axion/docker-engine';
import { LABELS, PERSYS_LABELS } from '../../workload/labels.ts';
import type { ContainerSpec } from '../../workload/spec.ts';
import type { Driver, Found, Instance, Observed, RemoveOptions, Sighting, Usage, Wanted } from '../driver.ts';
import { instanceOf, standFor, workloadOf } from './container-instance.ts';
import { GRACE_SECONDS, replaceContainer } from './container-replacement.ts';
import type { ImageStore } from './image-store.ts';
import { redact } from '../program/redact.ts';
import type { ContainerVolumes } from '../volumes/container-volumes.ts';
import { checkPorts } from './port-check.ts';
import { validateContainer } from './validate-container.ts';

export type ContainerEngine = Pick<Engine, 'containers' | 'volumes' | 'logs' | 'events' | 'swarm'>;

export interface ContainerDriverOptions {
  readonly engine: ContainerEngine;
  readonly images: ImageStore;
  readonly volumes: ContainerVolumes;
  readonly clock: Clock;
  readonly usage: (containers: ReadonlyMap<string, string>, signal: AbortSignal) => Promise<ReadonlyMap<string, Usage>>;
}

const WATCHED = ['create', 'start', 'die', 'oom', 'destroy', 'rename', 'pause', 'unpause', 'health_status'];
const STDERR_LINES = 10;
/** Of every image, and no secret. */
const PLAIN_VARIABLES: ReadonlySet<string> = new Set(['PATH', 'HOME', 'USER', 'PWD', 'LANG', 'TERM', 'HOSTNAME']);
/** Details asked for at a time. */
const WIDTH = 8;
/** The engine shows nothing of a container that it is at work on: one that it cannot bring to an end must not hide the others. */
const ONE_LOOK_MS = 10_000;

const isSilence = (error: unknown): boolean => (error instanceof AxionError && error.reason === 'ENGINE_DEADLINE') || (error instanceof Error && error.name === 'TimeoutError');

/** Containers on a Docker Engine. The engine's labels and names are the only state; what is kept here is a cache of answers. */
export class ContainerDriver implements Driver<'container'> {
  readonly type = 'container';
  readonly #options: ContainerDriverOptions;
  /** Details by container, of the state that the list showed. A container that did not change is not asked again. */
  readonly #details = new Map<string, { readonly shown: string; readonly details: ContainerDetails; readonly stderr: string }>();
  /** The container that stands for each workload, as last seen. */
  readonly #standing = new Map<string, string>();

  constructor(options: ContainerDriverOptions) {
    this.#options = options;
  }

  validate(id: string, spec: ContainerSpec): void {
    validateContainer(id, spec);
  }

  async prepare({ id, spec }: Wanted<'container'>, _standing: Found | undefined, signal: AbortSignal): Promise<void> {
    const { engine, images, volumes } = this.#options;
    const ports = spec.ports.some(({ hostPort }) => hostPort !== 0) ? engine.containers.list({ status: ['running', 'restarting', 'paused'] }, signal).then((rows) => checkPorts(id, spec.ports, rows)) : undefined;
    await Promise.all([images.ensure(spec.image, signal), ports, volumes.check(id, spec.managedVolumes, signal)]);
  }

  async replace(wanted: Wanted<'container'>, standing: Found | undefined, signal: AbortSignal): Promise<Instance> {
    const { engine, clock } = this.#options;
    const volumes = await this.#options.volumes.provide(wanted.id, wanted.spec.managedVolumes, signal);
    const place = async (rows: readonly Container[]): Promise<string> =>
      replaceContainer({ engine, wanted, volumes, rows, sleep: (ms, until) => clock.sleep(ms, until) }, signal);
    const placed = standing === undefined ? await this.#placeAnew(wanted.id, place, signal) : await place(await this.#rows(wanted.id, signal));
    return this.#instance(wanted.id, await engine.containers.inspect(placed, signal), false, signal);
  }

  async start(id: string, signal: AbortSignal): Promise<void> {
    const { engine, volumes } = this.#options;
    const row = await this.#own(id, signal);
    const { mounts } = await engine.containers.inspect(row.id, signal);
    await volumes.attach(id, mounts.flatMap(({ type, name }) => (type === 'volume' ? [name] : [])), signal);
    await engine.containers.start(row.id, signal);
  }

  async stop(id: string, signal: AbortSignal): Promise<void> {
    for (const row of await this.#rows(id, signal)) await this.#options.engine.containers.stop(row.id, GRACE_SECONDS, signal);
  }

  async remove(id: string, spec: ContainerSpec | undefined, { data }: RemoveOptions, signal: AbortSignal): Promise<void> {
    const { engine } = this.#options;
    for (const row of await this.#rows(id, signal)) {
      await engine.containers.stop(row.id, GRACE_SECONDS, signal).catch((error: unknown) => {
        // What cannot be stopped in good order is removed by force; only silence of the engine ends it here.
        if (isEngineAway(error) || signal.aborted) throw error;
      });
      await engine.containers.remove(row.id, signal);
    }
    if (data) await this.#options.volumes.remove(id, spec?.managedVolumes, signal);
    this.#standing.delete(id);
  }

  async observe(signal: AbortSignal): Promise<Sighting> {
    const silent = new Map<string, AxionError>();
    const observed = await this.#look(signal, async () => {
      const rows = await this.#all(signal);
      const byId = Map.groupBy(rows, (row) => workloadOf(row)!);
      const found = new Map<string, Instance>();
      const ids = [...byId.keys()];
      for (let at = 0; at < ids.length; at += WIDTH) {
        await Promise.all(ids.slice(at, at + WIDTH).map(async (id) => {
          try {
            const instance = await this.#of(id, byId.get(id)!, AbortSignal.any([signal, AbortSignal.timeout(ONE_LOOK_MS)]));
            if (instance !== 'absent') found.set(id, instance);
          } catch (error) {
            if (signal.aborted || !isSilence(error)) throw error;
            silent.set(id, new AxionError('DEADLINE_EXCEEDED', 'the engine shows nothing of its container, which it is at work on', { reason: 'RUNTIME_AWAY', cause: error }));
          }
        }));
      }
      const alive = new Set(rows.map((row) => row.id));
      for (const id of this.#details.keys()) if (!alive.has(id)) this.#details.delete(id);
      for (const id of this.#standing.keys()) if (!found.has(id) && !silent.has(id)) this.#standing.delete(id);
      return found;
    });
    return silent.size === 0 ? observed : { ...observed, silent };
  }

  async inspect(id: string, signal: AbortSignal): Promise<Observed<Found>> {
    return this.#look(signal, async () => this.#of(id, await this.#rows(id, signal), signal));
  }

  async recover(): Promise<void> {
    // Every half-made step of a container shows in the labels and names that `observe` reads.
  }

  async usage(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Usage>> {
    const containers = new Map(ids.flatMap((id) => (this.#standing.has(id) ? [[id, this.#standing.get(id)!] as const] : [])));
    return containers.size === 0 ? new Map() : this.#options.usage(containers, signal);
  }

  async follow(onChange: (id: string | undefined) => void, signal: AbortSignal): Promise<void> {
    await this.#options.engine.events.follow(
      {
        filters: { type: ['container'], event: WATCHED },
        onEvent: ({ id: container, attributes }) => {
          const id = workloadOf({ labels: attributes });
          // An engine tells that a container has ended before its list shows it; only the details wait for that.
          this.#details.delete(container);
          if (id !== undefined) onChange(id);
        },
        onOpen: () => onChange(undefined),
      },
      signal,
    );
  }

  async probe(signal: AbortSignal): Promise<string> {
    const { engineVersion, containers } = await this.#options.engine.swarm.info(signal);
    return `Docker Engine ${engineVersion}, ${containers} containers`;
  }

  /** Nothing stands as far as anybody knows: made at once, and only a name that is taken makes it look. */
  async #placeAnew(id: string, place: (rows: readonly Container[]) => Promise<string>, signal: AbortSignal): Promise<string> {
    try {
      return await place([]);
    } catch (error) {
      if (!(error instanceof AxionError) || error.reason !== 'NAME_IN_USE') throw error;
      const rows = await this.#rows(id, signal);
      if (rows.length > 0) return place(rows);
      throw new AxionError('FAILED_PRECONDITION', `a container named ${id} exists that is no workload of this agent; remove or rename it`, { reason: 'NAME_IN_USE', retryable: false, cause: error });
    }
  }

  async #look<T>(signal: AbortSignal, read: () => Promise<T>): Promise<Observed<T>> {
    try {
      return { known: true, value: await read() };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      return { known: false, because: asAxionError(error) };
    }
  }

  /** All containers of a workload, by label; the engine's filters cannot say "or". */
  async #rows(id: string, signal: AbortSignal): Promise<readonly Container[]> {
    const { containers } = this.#options.engine;
    const [ours, theirs] = await Promise.all([
      containers.list({ label: [`${LABELS.workload}=${id}`] }, signal),
      containers.list({ label: [`${PERSYS_LABELS.managed}=true`, `${PERSYS_LABELS.workload}=${id}`] }, signal),
    ]);
    return [...ours, ...theirs.filter(({ labels }) => labels[LABELS.workload] === undefined)].filter((row) => workloadOf(row) === id);
  }

  async #all(signal: AbortSignal): Promise<readonly Container[]> {
    const { containers } = this.#options.engine;
    const [ours, theirs] = await Promise.all([containers.list({ label: [LABELS.workload] }, signal), containers.list({ label: [`${PERSYS_LABELS.managed}=true`] }, signal)]);
    return [...ours, ...theirs.filter((row) => row.labels[LABELS.workload] === undefined)].filter((row) => workloadOf(row) !== undefined);
  }

  async #own(id: string, signal: AbortSignal): Promise<Container> {
    const row = standFor(id, await this.#rows(id, signal));
    if (row === undefined) throw new AxionError('NOT_FOUND', `workload ${id} has no container`, { reason: 'NO_CONTAINER' });
    return row;
  }

  async #of(id: string, rows: readonly Container[], signal: AbortSignal): Promise<Found> {
    const row = standFor(id, rows);
    if (row === undefined) return 'absent';
    // The words of the list grow with time ("Up 3 minutes"); what matters of them does not.
    const shown = `${row.state} ${row.name} ${/\((?:\d+|[a-z: ]+)\)/.exec(row.status)?.[0] ?? ''}`;
    const known = this.#details.get(row.id);
    const mixed = rows.length > 1 || row.name !== id;
    if (known?.shown === shown) {
      this.#standing.set(id, row.id);
      return instanceOf(id, known.details, mixed, known.stderr);
    }
    try {
      return await this.#instance(id, await this.#options.engine.containers.inspect(row.id, signal), mixed, signal, shown);
    } catch (error) {
      if (error instanceof AxionError && error.code === 'NOT_FOUND') return 'absent';
      throw error;
    }
  }

  async #instance(id: string, details: ContainerDetails, mixed: boolean, signal: AbortSignal, shown?: string): Promise<Instance> {
    const bare = instanceOf(id, details, mixed);
    const printed = bare.state === 'failed' ? await this.#options.engine.logs.ofContainer(details.id, STDERR_LINES, signal).catch(() => []) : [];
    // It may print what it was given; its environment is the only place that still tells what that was.
    const stderr = redact(printed.join('\n'), [...details.env].flatMap(([name, value]) => (PLAIN_VARIABLES.has(name) ? [] : [value])));
    this.#standing.set(id, details.id);
    if (shown !== undefined) this.#details.set(details.id, { shown, details, stderr });
    return stderr === '' ? bare : instanceOf(id, details, mixed, stderr);
  }
}
