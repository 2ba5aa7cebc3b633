import { AxionError } from '@axion/core';
import { isEngineAway } from '@axion/docker-engine';

/** Why a workload is not as asked, in the words that schedulers know (`persys.control.v1.FailureReason`). */
export type FailureReason =
  | 'IMAGE_PULL_FAILED'
  | 'IMAGE_NOT_FOUND'
  | 'INSUFFICIENT_RESOURCES'
  | 'INVALID_SPEC'
  | 'RUNTIME_ERROR'
  | 'NETWORK_ERROR'
  | 'STORAGE_ERROR'
  | 'VM_BOOT_FAILED';

/** A driver's own words. */
const BY_REASON: Readonly<Record<string, FailureReason>> = {
  IMAGE_NOT_FOUND: 'IMAGE_NOT_FOUND',
  REGISTRY_DENIED: 'IMAGE_PULL_FAILED',
  REGISTRY_UNREACHABLE: 'IMAGE_PULL_FAILED',
  IMAGE_PULL_FAILED: 'IMAGE_PULL_FAILED',
  INSUFFICIENT_RESOURCES: 'INSUFFICIENT_RESOURCES',
  INVALID_SPEC: 'INVALID_SPEC',
  PORT_IN_USE: 'NETWORK_ERROR',
  NETWORK_ERROR: 'NETWORK_ERROR',
  STORAGE_ERROR: 'STORAGE_ERROR',
  STORAGE_AWAY: 'STORAGE_ERROR',
  NO_DISK_SPACE: 'STORAGE_ERROR',
  VOLUME_DRIVER_UNAVAILABLE: 'STORAGE_ERROR',
  VOLUME_IN_USE: 'STORAGE_ERROR',
  VM_BOOT_FAILED: 'VM_BOOT_FAILED',
};

/** The runtime's words, where the driver has none of its own. First that fits wins. */
const BY_WORDS: readonly (readonly [RegExp, FailureReason])[] = [
  [/no space left on device|disk quota exceeded|read-only file system|input\/output error/i, 'STORAGE_ERROR'],
  [/port is already allocated|address already in use|network .* not found|could not attach to network|endpoint/i, 'NETWORK_ERROR'],
  [/cannot allocate memory|out of memory|insufficient memory/i, 'INSUFFICIENT_RESOURCES'],
  [/mount|volume|bind source path/i, 'STORAGE_ERROR'],
];

/** What went wrong, in a scheduler's words. */
export const failureReason = (error: AxionError): FailureReason => {
  const known = error.reason === undefined ? undefined : BY_REASON[error.reason];
  if (known !== undefined) return known;
  if (error.code === 'RESOURCE_EXHAUSTED') return 'INSUFFICIENT_RESOURCES';
  const [, byWords] = BY_WORDS.find(([words]) => words.test(error.message)) ?? [];
  if (byWords !== undefined) return byWords;
  return error.code === 'INVALID_ARGUMENT' ? 'INVALID_SPEC' : 'RUNTIME_ERROR';
};

/** What the kernel says of a server that it cannot reach. */
const SILENCE = /connection (?:refused|timed out|reset)|no route to host|network is unreachable|host is down|stale file handle/i;

/** Whether the server of a volume does not answer. That passes, and says nothing of the workload: it is tried until it does. */
export const isStorageAway = (error: AxionError): boolean => error.reason === 'STORAGE_AWAY' || (/error while mounting volume/i.test(error.message) && SILENCE.test(error.message));

/** Whether the runtime itself did not answer. Nothing is known then, and it is no failure of the workload. */
export const isRuntimeAway = (error: unknown): boolean =>
  isEngineAway(error) || (error instanceof AxionError && (error.reason === 'RUNTIME_AWAY' || error.reason === 'LIBVIRT_UNREACHABLE'));
