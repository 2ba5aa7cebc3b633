import { AxionError } from '@axion/core';
import type { ErrorCode } from '@axion/core';

interface Rule {
  readonly text: RegExp;
  readonly code: ErrorCode;
  readonly reason: string;
  readonly retryable?: boolean;
}

/** From libvirt's words to a code; the first that fits wins. */
const RULES: readonly Rule[] = [
  { text: /failed to connect to the hypervisor|failed to reconnect|client socket is closed|connection closed due to|cannot recv data|end of file while reading data|cannot write data: broken pipe|connection to libvirt lost|disconnected from/i, code: 'UNAVAILABLE', reason: 'LIBVIRT_UNREACHABLE' },
  { text: /network not found|no network with matching/i, code: 'FAILED_PRECONDITION', reason: 'NETWORK_ERROR' },
  { text: /failed to get domain|domain not found|no domain with matching/i, code: 'NOT_FOUND', reason: 'NO_DOMAIN' },
  { text: /storage volume not found|failed to get vol\b/i, code: 'NOT_FOUND', reason: 'NO_VOLUME' },
  { text: /mount\.nfs: (?:access denied|.*no such file)/i, code: 'FAILED_PRECONDITION', reason: 'STORAGE_ERROR', retryable: true },
  { text: /mount\.nfs: /i, code: 'UNAVAILABLE', reason: 'STORAGE_ERROR' },
  { text: /network .* is not active|cannot get interface mtu|no such device.*bridge|unable to add port|virnet/i, code: 'FAILED_PRECONDITION', reason: 'NETWORK_ERROR' },
  { text: /already (?:exists|defined) with uuid|domain .* already exists/i, code: 'ALREADY_EXISTS', reason: 'NAME_IN_USE' },
  { text: /no space left on device|disk quota exceeded|cannot access storage file|could not open '|failed to get "?(?:write|shared)/i, code: 'FAILED_PRECONDITION', reason: 'STORAGE_ERROR' },
  { text: /cannot set up guest memory|cannot allocate memory|unable to allocate memory/i, code: 'RESOURCE_EXHAUSTED', reason: 'INSUFFICIENT_RESOURCES' },
  { text: /domain is not running|domain is already (?:running|active)|requested operation is not valid/i, code: 'FAILED_PRECONDITION', reason: 'DOMAIN_STATE' },
  { text: /timed out during operation|cannot acquire state change lock/i, code: 'UNAVAILABLE', reason: 'DOMAIN_BUSY', retryable: true },
  { text: /xml error|unsupported configuration|invalid argument|malformed/i, code: 'INVALID_ARGUMENT', reason: 'INVALID_SPEC' },
];

const MAX_TEXT = 800;

/** What virsh said on its standard error, without the word it puts before every line. */
export const virshWords = (stderr: string): string =>
  stderr.split('\n').map((line) => line.replace(/^error:\s*/, '').trim()).filter((line) => line !== '').join('; ').slice(0, MAX_TEXT);

/** @param what names the operation, e.g. `start domain web` */
export const virshError = (what: string, stderr: string): AxionError => {
  const words = virshWords(stderr);
  const { code, reason, retryable } = RULES.find(({ text }) => text.test(words)) ?? { code: 'INTERNAL', reason: 'LIBVIRT_ERROR', retryable: false };
  const advice = reason === 'LIBVIRT_UNREACHABLE' ? '; check that libvirtd runs and that workloads.libvirt_uri is right' : '';
  return new AxionError(code, `cannot ${what}: ${words === '' ? 'virsh failed without a word' : words}${advice}`, { reason, details: { operation: what }, ...(retryable === undefined ? {} : { retryable }) });
};
