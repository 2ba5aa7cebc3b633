import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asAxionError, AxionError, backoffDelay } from '@axion/core';
import type { BackoffPolicy } from '@axion/core';
import type { VmSpec } from '../../workload/spec.ts';
import type { Driver, Found, Instance, Observed, RemoveOptions, Usage, Wanted } from '../driver.ts';
import { markedVolumes } from '../volumes/volume-driver.ts';
import { DomainUsage } from './domain-usage.ts';
import { checkKernel } from './disk-place.ts';
import { planDisks } from './ensure-disks.ts';
import { describeDomain, machineFolder, placeDomain } from './place-domain.ts';
import { endStrayPrograms } from '../program/stray-programs.ts';
import { planLive } from './plan-live.ts';
import { checkReservations, setReservations } from './reservations.ts';
import { bootDomain, stopDomain } from './run-domain.ts';
import { removeSeeds } from './seed-iso.ts';
import { validatePaths, validateVm } from './validate-vm.ts';
import type { VmParts } from './vm-parts.ts';
import { vmInstance } from './vm-view.ts';
import type { SeenDomain } from './vm-view.ts';

const REOPEN: BackoffPolicy = { initial: 200, factor: 2, max: 10_000, jitter: 0.5 };

/** What virtlogd writes, and what it has set aside. */
const CONSOLE = /^console\.log(?:\.\d+)?$/;

const asInstance = (seen: SeenDomain): Instance => vmInstance(seen, seen.running === undefined ? [] : planLive(seen.running, seen.defined).later);

/**
 * Virtual machines on libvirt. A domain has the workload's id as its name and carries its revision and sealed spec in its
 * metadata, so libvirt's own files are the state. A new revision changes the machine in place; its disks are only ever made
 * or grown, and outlive its deletion.
 */
export class VmDriver implements Driver<'vm'> {
  readonly type = 'vm';
  readonly #parts: VmParts;
  readonly #usage: DomainUsage;
  /** Names of domains that are workloads, as last seen: events tell of every domain. */
  #known: ReadonlySet<string> = new Set();
  /** Ends the present session of events. */
  #reopen = new AbortController();

  constructor(parts: VmParts) {
    this.#parts = parts;
    this.#usage = new DomainUsage(parts.virsh, parts.clock);
  }

  validate(id: string, spec: VmSpec): void {
    validateVm(id, spec);
    validatePaths(id, spec.disks, this.#parts.folder);
  }

  async prepare(wanted: Wanted<'vm'>, _standing: Found | undefined, signal: AbortSignal): Promise<void> {
    const { id, spec } = wanted;
    const standing = await this.#own(id, signal);
    const folder = await machineFolder(this.#parts, id);
    await checkKernel(spec.metadata, folder);
    await planDisks(spec.disks, folder, standing?.defined, () => this.#parts.domains.disksBeside(id, signal), signal);
    await this.#parts.volumes.check(id, spec.managedVolumes, signal);
    const { domain } = await describeDomain(this.#parts, wanted, standing, signal);
    await checkReservations(this.#parts.virsh, domain.mark?.reserved ?? [], signal);
  }

  async replace(wanted: Wanted<'vm'>, _standing: Found | undefined, signal: AbortSignal): Promise<Instance> {
    const { id } = wanted;
    await placeDomain(this.#parts, wanted, await this.#own(id, signal), signal);
    const seen = await this.#own(id, signal);
    if (seen === undefined) throw new AxionError('ABORTED', `domain ${id} was taken away while it was being brought about`, { reason: 'DOMAIN_GONE' });
    this.#known = new Set([...this.#known, id]);
    return asInstance(seen);
  }

  async start(id: string, signal: AbortSignal): Promise<void> {
    const seen = await this.#own(id, signal);
    if (seen === undefined) throw new AxionError('NOT_FOUND', `workload ${id} has no domain`, { reason: 'NO_DOMAIN' });
    if (seen.running === undefined) {
      await this.#parts.volumes.attach(id, seen.defined.mark?.volumes ?? [], signal);
      return bootDomain(this.#parts, seen.defined, signal);
    }
    if (seen.state.stateName !== 'paused') return;
    // One that broke off on its storage would break off again as long as that is away.
    if (seen.state.instance === 'failed') await this.#parts.volumes.attach(id, seen.defined.mark?.volumes ?? [], signal);
    await this.#parts.virsh.run(`resume domain ${id}`, ['resume', id], signal);
  }

  async stop(id: string, signal: AbortSignal): Promise<void> {
    if ((await this.#own(id, signal)) !== undefined) await stopDomain(this.#parts, id, signal);
  }

  async remove(id: string, spec: VmSpec | undefined, { data }: RemoveOptions, signal: AbortSignal): Promise<void> {
    const { virsh, volumes, folder } = this.#parts;
    const seen = await this.#own(id, signal);
    if (seen !== undefined) {
      await stopDomain(this.#parts, id, signal);
      await setReservations(virsh, seen.defined.mark?.reserved ?? [], [], signal);
      // It took its time to stop: whose is it now?
      if ((await this.#own(id, signal)) !== undefined) await virsh.run(`undefine domain ${id}`, ['undefine', id, '--managed-save', '--nvram', '--snapshots-metadata', '--checkpoints-metadata'], signal);
    }
    const own = join(folder, id);
    const left = seen?.defined.mark?.volumes ?? markedVolumes(spec?.managedVolumes ?? []);
    const leave = async (): Promise<void> => {
      await volumes.detach(id, left, signal);
      if (data) await volumes.remove(id, left.filter(({ disposable }) => disposable), signal);
    };
    await leave().catch((error: unknown) => {
      // A machine that was never made for want of its storage has none of it.
      if (seen !== undefined || !(error instanceof AxionError) || error.reason !== 'VOLUME_DRIVER_UNAVAILABLE') throw error;
    });
    await removeSeeds(own, new Set());
    for (const name of await readdir(own).catch(() => [])) if (CONSOLE.test(name)) await rm(join(own, name), { force: true });
    // Only an empty folder can go this way: whatever disk is in it stays.
    await rmdir(own).catch(() => undefined);
    this.#usage.forget(id);
  }

  observe(signal: AbortSignal): Promise<Observed<ReadonlyMap<string, Instance>>> {
    return this.#look(signal, async () => {
      const seen = await this.#parts.domains.ours(signal);
      this.#known = new Set(seen.keys());
      return new Map([...seen].map(([id, each]) => [id, asInstance(each)]));
    });
  }

  inspect(id: string, signal: AbortSignal): Promise<Observed<Found>> {
    return this.#look(signal, async () => {
      const seen = await this.#parts.domains.named(id, signal);
      return seen?.defined.mark?.workload === id ? asInstance(seen) : 'absent';
    });
  }

  /** Every half-made step shows in the domain's mark, which `observe` reads; what waits for events of a killed run waits for ever. */
  async recover(): Promise<void> {
    const { folder, log } = this.#parts;
    const ended = await endStrayPrograms(folder);
    if (ended > 0) log.warn({ processes: ended }, 'calls of libvirt that a former run had left were ended');
  }

  usage(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Usage>> {
    return this.#usage.of(ids, signal);
  }

  async follow(onChange: (id: string | undefined) => void, signal: AbortSignal): Promise<void> {
    const { virsh, clock } = this.#parts;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const opened = clock.monotonic();
      this.#reopen = new AbortController();
      onChange(undefined);
      await virsh.follow(['event', '--event', 'lifecycle', '--loop'], (line) => {
        const [, name] = /^event '\w+' for domain '([^']+)'/.exec(line) ?? [];
        if (name !== undefined && this.#known.has(name)) onChange(name);
      }, AbortSignal.any([signal, this.#reopen.signal]));
      if (clock.monotonic() - opened > REOPEN.max) attempt = 0;
      await clock.sleep(backoffDelay(REOPEN, attempt), signal).catch(() => undefined);
    }
  }

  async probe(signal: AbortSignal): Promise<string> {
    const printed = await this.#parts.virsh.run('ask libvirt for its version', ['version'], signal);
    const [, library = '?'] = /Using library:\s*(.+)/.exec(printed) ?? [];
    const [, hypervisor] = /Running hypervisor:\s*(.+)/.exec(printed) ?? [];
    return [library.trim(), hypervisor?.trim()].filter((word) => word !== undefined).join(', ');
  }

  /** The workload's domain. @throws {AxionError} `FAILED_PRECONDITION` when a domain of that name is somebody else's */
  async #own(id: string, signal: AbortSignal): Promise<SeenDomain | undefined> {
    const seen = await this.#parts.domains.named(id, signal);
    if (seen === undefined || seen.defined.mark?.workload === id) return seen;
    throw new AxionError('FAILED_PRECONDITION', `a domain named ${id} exists that is no workload of this agent; rename or remove it`, { reason: 'NAME_IN_USE', retryable: false });
  }

  async #look<T>(signal: AbortSignal, read: () => Promise<T>): Promise<Observed<T>> {
    try {
      return { known: true, value: await read() };
    } catch (error) {
      signal.throwIfAborted();
      const because = asAxionError(error);
      // virsh goes on waiting for events of a libvirtd that is gone.
      if (because.reason === 'LIBVIRT_UNREACHABLE') this.#reopen.abort();
      return { known: false, because };
    }
  }
}
