import { AxionError } from '@axion/core';
import type { AxionErrorOptions, ErrorCode } from '@axion/core';

/** What dockerode rejects with: an HTTP answer, or the socket's error. */
interface EngineFailure {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message: string;
  readonly json?: unknown;
}

interface Rule {
  readonly text?: RegExp;
  readonly status?: readonly number[];
  readonly code: ErrorCode;
  readonly reason: string;
  /** What the person should do, after the engine's own words. */
  readonly advice?: string;
}

const NOT_A_MANAGER = 'run `docker swarm init` on this node, or let it join a swarm as a manager';

/** From the engine's words and status to a code; the first rule that fits wins. The engine answers many refusals of Swarm with 500 or 503. */
const RULES: readonly Rule[] = [
  { text: /not a swarm manager/i, code: 'FAILED_PRECONDITION', reason: 'NOT_A_SWARM_MANAGER', advice: NOT_A_MANAGER },
  { text: /swarm is encrypted|swarm.*locked/i, code: 'FAILED_PRECONDITION', reason: 'SWARM_LOCKED', advice: 'unlock it with `docker swarm unlock`' },
  { text: /does not have a leader|no leader/i, code: 'UNAVAILABLE', reason: 'SWARM_HAS_NO_LEADER', advice: 'most managers must be up' },
  { text: /already part of a swarm/i, code: 'ALREADY_EXISTS', reason: 'ALREADY_IN_A_SWARM' },
  { text: /not part of a swarm/i, code: 'FAILED_PRECONDITION', reason: 'NOT_IN_A_SWARM' },
  { text: /update out of sequence/i, code: 'ABORTED', reason: 'UPDATE_OUT_OF_SEQUENCE' },
  { text: /container name .* is already in use/i, code: 'ALREADY_EXISTS', reason: 'NAME_IN_USE' },
  { text: /has active endpoints|is in use|in use by/i, code: 'FAILED_PRECONDITION', reason: 'IN_USE' },
  { text: /unauthorized|authentication required|access (?:to the resource is )?denied|no basic auth credentials/i, code: 'PERMISSION_DENIED', reason: 'REGISTRY_DENIED' },
  { text: /manifest unknown|manifest for .* not found|no such image|repository .* not found|name unknown/i, code: 'NOT_FOUND', reason: 'IMAGE_NOT_FOUND' },
  { text: /no such host|connection refused|i\/o timeout|TLS handshake|server gave HTTP response|x509/i, code: 'UNAVAILABLE', reason: 'REGISTRY_UNREACHABLE' },
  // Also with 500, when an object goes between the engine's own look and its removal.
  { text: /(?:network|service|secret|config|task|node) \S+ not found/i, code: 'NOT_FOUND', reason: 'NOT_FOUND' },
  { text: /already exists|name conflicts/i, code: 'ALREADY_EXISTS', reason: 'NAME_IN_USE' },
  { text: /context deadline exceeded|code = DeadlineExceeded/i, code: 'DEADLINE_EXCEEDED', reason: 'ENGINE_DEADLINE' },
  { status: [301, 302, 303, 307, 308], code: 'FAILED_PRECONDITION', reason: 'ENGINE_REDIRECTS', advice: 'its answer leads to another address, which is not followed; check that docker.host is an engine' },
  { status: [400], code: 'INVALID_ARGUMENT', reason: 'REFUSED_BY_ENGINE' },
  { status: [401, 403], code: 'PERMISSION_DENIED', reason: 'REFUSED_BY_ENGINE' },
  { status: [404], code: 'NOT_FOUND', reason: 'NOT_FOUND' },
  { status: [406], code: 'FAILED_PRECONDITION', reason: 'REFUSED_BY_ENGINE' },
  { status: [409], code: 'FAILED_PRECONDITION', reason: 'CONFLICT' },
  { status: [503], code: 'UNAVAILABLE', reason: 'ENGINE_NOT_READY' },
  { text: /code = InvalidArgument/, code: 'INVALID_ARGUMENT', reason: 'REFUSED_BY_ENGINE' },
  { text: /code = FailedPrecondition/, code: 'FAILED_PRECONDITION', reason: 'REFUSED_BY_ENGINE' },
  { text: /code = NotFound/, code: 'NOT_FOUND', reason: 'NOT_FOUND' },
];

const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT', 'ENOTSOCK', 'EAI_AGAIN']);

/** The engine's own words without the frame that gRPC and dockerode put around them. */
const words = (failure: EngineFailure): string => {
  const json = failure.json as { readonly message?: unknown } | null | undefined;
  const text = typeof json?.message === 'string' ? json.message : failure.message;
  return text.replace(/^\(HTTP code \d+\) [^-]* - /, '').replace(/rpc error: code = \w+ desc = /g, '').trim();
};

/**
 * An engine's or its connection's failure as the agent's error; the engine's words are kept, because they are what people search for.
 *
 * @param what names the operation, e.g. `create service axion-shop_web`
 */
export const engineError = (what: string, address: string, thrown: unknown): AxionError => {
  if (thrown instanceof AxionError) return thrown;
  const failure: EngineFailure = thrown instanceof Error ? thrown : { message: String(thrown) };
  const options = (reason: string): AxionErrorOptions => ({ reason, details: { operation: what }, cause: thrown });
  if (failure.statusCode === undefined) {
    if (failure.code === 'EACCES' || failure.code === 'EPERM') {
      return new AxionError('PERMISSION_DENIED', `cannot ${what}: no permission to use the engine at ${address}; let the agent's user into the group that owns the socket`, options('ENGINE_NO_PERMISSION'));
    }
    if (failure.code !== undefined && UNREACHABLE.has(failure.code)) {
      return new AxionError('UNAVAILABLE', `cannot ${what}: the Docker Engine at ${address} does not answer (${failure.code}); check that it runs and that docker.host is right`, options('ENGINE_UNREACHABLE'));
    }
    return new AxionError('UNAVAILABLE', `cannot ${what}: ${failure.message}`, options('ENGINE_CONNECTION'));
  }
  const frame = words(failure);
  const raw = `${failure.message} ${frame}`;
  const rule = RULES.find(({ text, status }) => (text === undefined || text.test(raw)) && (status === undefined || status.includes(failure.statusCode!)));
  const advice = rule?.advice === undefined ? '' : `; ${rule.advice}`;
  return new AxionError(rule?.code ?? 'INTERNAL', `cannot ${what}: ${frame}${advice}`, options(rule?.reason ?? 'ENGINE_ERROR'));
};

/** The registry's words in an error about an image, if it is one. */
export const isImageError = (error: AxionError): boolean =>
  error.reason === 'REGISTRY_DENIED' || error.reason === 'IMAGE_NOT_FOUND' || error.reason === 'REGISTRY_UNREACHABLE';

/** Whether the engine itself could not be asked: nothing is known then, and nothing may be concluded. */
export const isEngineAway = (error: unknown): boolean =>
  error instanceof AxionError && ['ENGINE_UNREACHABLE', 'ENGINE_CONNECTION', 'ENGINE_NOT_READY', 'SWARM_HAS_NO_LEADER', 'ENGINE_DEADLINE'].includes(error.reason ?? '');
