import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxionError, asAxionError } from '@axion/core';
import type { Wanted } from '../driver.ts';
import type { VolumeDisk } from '../volumes/volume-driver.ts';
import type { Domain } from './domain.ts';
import { domainXml } from './domain-xml.ts';
import { applyDisks, planDisks, planVolumes } from './ensure-disks.ts';
import { liveCommand } from './live-command.ts';
import { planLive } from './plan-live.ts';
import { setReservations } from './reservations.ts';
import { seedDocuments } from './seed-documents.ts';
import { removeSeeds, writeSeed } from './seed-iso.ts';
import { bootDomain, stopDomain } from './run-domain.ts';
import type { VmParts } from './vm-parts.ts';
import type { SeenDomain } from './vm-view.ts';
import { hostMachine, wantedDomain } from './wanted-domain.ts';

/** For putting back what was, when the time for the work itself is over. */
const UNDO_MS = 60_000;

/** The folder of a machine. QEMU runs as a user of its own and has to pass through. */
export const machineFolder = async ({ folder }: Pick<VmParts, 'folder'>, id: string): Promise<string> => {
  const own = join(folder, id);
  await mkdir(own, { recursive: true, mode: 0o711 });
  return own;
};

export interface DescribedDomain {
  readonly domain: Domain;
  readonly volumes: readonly VolumeDisk[];
}

/** The domain as the spec wants it; writes its seed and makes its managed volumes, which changes nothing that runs. */
export const describeDomain = async (parts: VmParts, wanted: Wanted<'vm'>, standing: SeenDomain | undefined, signal: AbortSignal): Promise<DescribedDomain> => {
  const { id, spec } = wanted;
  const folder = await machineFolder(parts, id);
  const documents = seedDocuments(id, spec);
  const seed = documents === undefined ? undefined : await writeSeed(folder, documents, signal);
  const volumes = await parts.volumes.asDisks(id, spec.managedVolumes, signal);
  const facts = { type: await parts.virtType(signal), ...hostMachine(process.arch), folder, seed, volumes, targetsInUse: standing?.running?.disks.map(({ target }) => target) ?? [] };
  return { domain: wantedDomain(wanted, facts, standing?.defined), volumes };
};

const applying = (domain: Domain): Domain => (domain.mark === undefined ? domain : { ...domain, mark: { ...domain.mark, applying: true } });

const define = async ({ virsh }: Pick<VmParts, 'virsh'>, domain: Domain, signal: AbortSignal): Promise<void> => {
  await virsh.run(`define domain ${domain.name}`, ['define', '--validate', '/dev/stdin'], signal, domainXml(domain));
};

/**
 * Brings a machine about, in place: disks first (they are only ever made or grown), then the definition, marked as begun,
 * then what a running guest can take, then the state, then the mark is closed. A kill between any two leaves a mark that
 * says so, and the same call again ends it. When a step fails, the former definition is put back; disks stay.
 */
export const placeDomain = async (parts: VmParts, wanted: Wanted<'vm'>, standing: SeenDomain | undefined, signal: AbortSignal): Promise<void> => {
  const { virsh, log } = parts;
  const { id, spec } = wanted;
  const folder = await machineFolder(parts, id);
  const steps = await planDisks(spec.disks, folder, standing?.defined, () => parts.domains.disksBeside(id, signal), signal);
  const { domain, volumes } = await describeDomain(parts, wanted, standing, signal);
  const had = standing?.defined.mark?.reserved ?? [];
  const reserved = domain.mark?.reserved ?? [];
  try {
    await applyDisks([...steps, ...planVolumes(volumes)], folder, standing?.running, virsh, signal);
    // Until the mark is closed it names both, so that none is forgotten.
    const begun = applying(domain);
    await define(parts, { ...begun, ...(begun.mark === undefined ? {} : { mark: { ...begun.mark, reserved: [...new Set([...had, ...reserved])] } }) }, signal);
    await setReservations(virsh, had, reserved, signal);
    if (wanted.desired === 'stopped') await stopDomain(parts, id, signal);
    else if (standing?.running === undefined) await bootDomain(parts, domain, signal);
    else await changeRunning(parts, standing.running, domain, signal);
    await closeMark(parts, domain, signal);
  } catch (thrown) {
    const error = asAxionError(signal.aborted ? signal.reason : thrown);
    if (error.reason === 'LIBVIRT_UNREACHABLE' || (signal.aborted && error.code !== 'DEADLINE_EXCEEDED')) throw thrown;
    const outcome = await putBack(parts, domain, standing).catch((undo: unknown) => {
      log.error({ workload: id, err: undo }, 'the former definition could not be put back');
      return `the former definition could not be put back: ${asAxionError(undo).message}`;
    });
    throw new AxionError(error.code, `${error.message}; ${outcome}`, { retryable: error.retryable, details: error.details, cause: error, ...(error.reason === undefined ? {} : { reason: error.reason }) });
  }
  const now = await parts.domains.named(id, signal);
  const used = [...(now?.running?.disks ?? []), ...(now?.defined.disks ?? [])];
  await removeSeeds(folder, new Set(used.flatMap(({ source }) => source?.path ?? [])));
};

/** What is defined by now has its UUID and its places; only the mark changes. */
const closeMark = async (parts: VmParts, { name, mark }: Domain, signal: AbortSignal): Promise<void> => {
  const now = await parts.domains.named(name, signal);
  if (mark === undefined || now?.defined.mark?.workload !== name) throw new AxionError('ABORTED', `domain ${name} was taken away while it was being brought about`, { reason: 'DOMAIN_GONE' });
  await define(parts, { ...now.defined, mark }, signal);
};

const changeRunning = async ({ virsh, log }: VmParts, running: Domain, wanted: Domain, signal: AbortSignal): Promise<void> => {
  for (const step of planLive(running, wanted).steps) {
    const { command, input, guestDecides } = liveCommand(wanted.name, step);
    try {
      await virsh.run(`${step.action} of ${wanted.name}`, command, signal, input);
    } catch (error) {
      if (!guestDecides || signal.aborted || asAxionError(error).reason === 'LIBVIRT_UNREACHABLE') throw error;
      log.info({ workload: wanted.name, step: step.action, err: error }, 'the guest does not take the change now; it comes with its next boot');
    }
  }
};

/** @returns what was done, in words */
const putBack = async (parts: VmParts, attempt: Domain, standing: SeenDomain | undefined): Promise<string> => {
  const { virsh, domains } = parts;
  const signal = AbortSignal.timeout(UNDO_MS);
  const now = await domains.named(attempt.name, signal);
  const ours = now?.defined.mark?.workload === attempt.name;
  if (now !== undefined && !ours) return "a domain of that name is somebody else's by now and was left alone";
  if (standing !== undefined) {
    await define(parts, standing.defined, signal);
    await setReservations(virsh, attempt.mark?.reserved ?? [], standing.defined.mark?.reserved ?? [], signal);
    if (now?.running !== undefined && standing.running !== undefined) await changeRunning(parts, now.running, standing.running, signal);
    else if (now?.running !== undefined) await virsh.run(`switch off domain ${attempt.name}`, ['destroy', attempt.name], signal);
    else if (standing.running !== undefined) await bootDomain(parts, standing.defined, signal);
    return standing.running === undefined ? 'its former definition was put back' : now?.running === undefined ? 'the former one was started again' : 'it runs on as it was';
  }
  if (ours) {
    if (now.running !== undefined) await virsh.run(`switch off domain ${attempt.name}`, ['destroy', attempt.name], signal);
    await virsh.run(`undefine domain ${attempt.name}`, ['undefine', attempt.name, '--managed-save', '--nvram'], signal);
    await setReservations(virsh, attempt.mark?.reserved ?? [], [], signal);
  }
  return 'its definition was removed, its disks kept';
};
