import { AxionError } from '@axion/core';
import type { Clock } from '@axion/core';
import type { Container } from '@axion/docker-engine';
import { partsOf } from './project-view.ts';
import type { Part } from './project-view.ts';
import type { ServiceFacts } from './resolved-project.ts';

export interface UpCheck {
  readonly rows: (signal: AbortSignal) => Promise<readonly Container[]>;
  readonly services: readonly ServiceFacts[];
  /** The last lines of a container's errors. */
  readonly lastWords: (container: string, signal: AbortSignal) => Promise<readonly string[]>;
  readonly clock: Clock;
  /** How long health checks and restarts may take, milliseconds. */
  readonly patienceMs: number;
}

const LOOK_MS = 250;
/** What ends by itself does so soon; without a health check, staying up this long is all there is to see. */
const PROOF_MS = 1500;

/**
 * Resolves when every service runs (and is healthy, where it has a health check) or completed; rejects as soon as one
 * cannot any more. Compose's own `--wait` is not used: version 1 has none, and version 2 takes a job that completed for a
 * failure (https://github.com/docker/compose/issues/10596).
 *
 * @throws {AxionError} `FAILED_PRECONDITION` with `COMPOSE_NOT_UP`, in the failed container's own last words
 */
export const waitUntilUp = async ({ rows, services, lastWords, clock, patienceMs }: UpCheck, signal: AbortSignal): Promise<void> => {
  const began = clock.monotonic();
  let wellSince: number | undefined;
  for (;;) {
    const now = await rows(signal);
    const parts = partsOf(now, services);
    const broken = parts.filter((part) => part.state === 'failed' || part.state === 'missing' || part.state === 'stopped' || part.words === 'runs, unhealthy');
    if (broken.length > 0) throw await notUp(broken);
    const open = parts.filter(({ state }) => state === 'starting' || state === 'restarting');
    if (open.length > 0) wellSince = undefined;
    else wellSince ??= clock.monotonic();
    // Where every container has a health check that passed, or has completed, there is nothing left to prove.
    const proven = parts.every((part) => part.state === 'completed' || now.find(({ id }) => id === part.container)?.status.includes('(healthy)') === true);
    if (wellSince !== undefined && (proven || clock.monotonic() - wellSince >= PROOF_MS)) return;
    if (clock.monotonic() - began > patienceMs) throw await notUp(open);
    await clock.sleep(LOOK_MS, signal);
  }

  async function notUp(parts: readonly Part[]): Promise<AxionError> {
    const told = await Promise.all(
      parts.slice(0, 3).map(async ({ service, words, container }) => {
        const said = container === undefined ? [] : await lastWords(container, signal).catch(() => []);
        return `service ${service} ${words}${said.length === 0 ? '' : `; it said: ${said.join(' / ').slice(-500)}`}`;
      }),
    );
    return new AxionError('FAILED_PRECONDITION', told.join('; '), { reason: 'COMPOSE_NOT_UP', retryable: false });
  }
};
