import { asAxionError, AxionError } from '@axion/core';
import type { Domain } from './domain.ts';
import { startNetworks } from './reservations.ts';
import type { VmParts } from './vm-parts.ts';

/** A domain that breaks at once (a disk it cannot read, a firmware that gives up) does so within this time. */
const PROOF_MS = 1500;
const LOOK_MS = 400;
/** A guest that still boots loses the request to shut down; it is asked again. */
const ASK_AGAIN_MS = 10_000;

const OWN_WORDS = new Set(['LIBVIRT_UNREACHABLE', 'NETWORK_ERROR', 'STORAGE_ERROR', 'INSUFFICIENT_RESOURCES']);

/** Starts a domain and sees it run. @throws {AxionError} `VM_BOOT_FAILED`, or the reason that libvirt gave */
export const bootDomain = async ({ virsh, domains, clock }: VmParts, { name, interfaces }: Domain, signal: AbortSignal): Promise<void> => {
  await startNetworks(virsh, interfaces.flatMap(({ source }) => (source.kind === 'network' ? [source.name] : [])), signal);
  try {
    await virsh.run(`start domain ${name}`, ['start', name], signal);
  } catch (thrown) {
    const error = asAxionError(thrown);
    const now = await domains.named(name, signal);
    if (now?.running !== undefined) return;
    if (signal.aborted || OWN_WORDS.has(error.reason ?? '')) throw thrown;
    throw new AxionError('FAILED_PRECONDITION', error.message, { reason: 'VM_BOOT_FAILED', retryable: false, details: error.details, cause: error });
  }
  for (const began = clock.monotonic(); clock.monotonic() - began < PROOF_MS; await clock.sleep(LOOK_MS, signal)) {
    const now = await domains.named(name, signal);
    // That it switched itself off is the guest's own doing.
    if (now === undefined || now.state.instance === 'failed') {
      throw new AxionError('FAILED_PRECONDITION', `domain ${name} broke right after its start: ${now === undefined ? 'it is gone' : `${now.state.stateName} (${now.state.reasonName})`}`, { reason: 'VM_BOOT_FAILED', retryable: false });
    }
    if (now.running === undefined) return;
  }
};

/** Asks the guest to shut down, and switches it off when it does not in time. That it is off already, or gone, is no error. */
export const stopDomain = async ({ virsh, domains, clock, graceMs }: VmParts, name: string, signal: AbortSignal): Promise<void> => {
  const began = clock.monotonic();
  let asked = -ASK_AGAIN_MS;
  for (;;) {
    const now = await domains.named(name, signal);
    if (now?.running === undefined) return;
    if (now.defined.mark?.workload !== name) throw new AxionError('FAILED_PRECONDITION', `domain ${name} is no workload of this agent any more; it is left alone`, { reason: 'NAME_IN_USE', retryable: false });
    const waited = clock.monotonic() - began;
    // Paused, a guest cannot answer.
    if (waited >= graceMs || now.state.stateName === 'paused') break;
    if (waited - asked >= ASK_AGAIN_MS) {
      asked = waited;
      await virsh.run(`shut down domain ${name}`, ['shutdown', name, '--mode', 'acpi'], signal).catch((error: unknown) => {
        if (signal.aborted || asAxionError(error).reason === 'LIBVIRT_UNREACHABLE') throw error;
      });
    }
    await clock.sleep(LOOK_MS, signal);
  }
  try {
    await virsh.run(`switch off domain ${name}`, ['destroy', name], signal);
  } catch (error) {
    if (signal.aborted || (await domains.named(name, signal))?.running !== undefined) throw error;
  }
};
