import type { AgentHealth } from '../mapping/agent-health.ts';
import { OPENMETRICS_TEXT, PROMETHEUS_TEXT } from '../mapping/exposition.ts';
import type { MetricFamily } from '../mapping/metric-family.ts';
import { preferred } from './accept.ts';

export interface AppParts {
  /** Answers at once. */
  readonly health: () => AgentHealth;
  /** Answers in bounded time; never rejects. */
  readonly families: () => Promise<readonly MetricFamily[]>;
  readonly page: { readonly policy: string; render(health: AgentHealth, families: readonly MetricFamily[]): Promise<string> };
}

/** What the answers depend on. */
export interface Asked {
  readonly method: string;
  /** Without a query. */
  readonly path: string;
  /** The `Accept` header. */
  readonly accept: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type App = (asked: Asked) => Promise<Answer>;

type Route = (accept: string | undefined) => Answer | Promise<Answer>;

/** Everything is read-only and about this moment, so nothing may be cached. */
const EVERY_ANSWER = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

const answer = (status: number, contentType: string, body: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { ...EVERY_ANSWER, 'content-type': contentType, ...headers },
  body,
});
const text = (status: number, body: string, headers?: Readonly<Record<string, string>>): Answer => answer(status, 'text/plain; charset=UTF-8', body, headers);

/** The routes. HEAD is answered like GET; the listener leaves the body out. */
export const createApp = ({ health, families, page }: AppParts): App => {
  const healthJson = (headers?: Readonly<Record<string, string>>): Answer => {
    const now = health();
    return answer(now.status === 'unhealthy' ? 503 : 200, 'application/json; charset=utf-8', `${JSON.stringify(now, undefined, 2)}\n`, headers);
  };

  const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
    [
      '/',
      async (accept) => {
        const headers = { vary: 'Accept' };
        if (preferred(accept, ['text/html', 'application/json']) === 'application/json') return healthJson(headers);
        // Always 200: a browser shows what is wrong; machines ask /health.
        // The metrics first: collecting them also tells how fast each component answers.
        const shown = await families();
        return answer(200, 'text/html; charset=UTF-8', await page.render(health(), shown), { ...headers, 'content-security-policy': page.policy });
      },
    ],
    ['/health', () => healthJson()],
    // Alive is whoever answers: whether the agent works is /health, whether it is complete is /readyz.
    ['/livez', () => text(200, 'ok\n')],
    [
      '/readyz',
      () => {
        const now = health();
        return now.ready ? text(200, 'ok\n') : text(503, `not ready: ${now.message}\n`);
      },
    ],
    [
      '/metrics',
      async (accept) => {
        const type = preferred(accept, ['text/plain', 'application/openmetrics-text']);
        const { contentType, render } = type === 'text/plain' ? PROMETHEUS_TEXT : OPENMETRICS_TEXT;
        return answer(200, contentType, render(await families()), { vary: 'Accept' });
      },
    ],
  ]);

  return async ({ method, path, accept }) => {
    const route = routes.get(path);
    if (route === undefined) return text(404, `there is no ${path}; try ${[...routes.keys()].join(' ')}\n`);
    if (method !== 'GET' && method !== 'HEAD') return text(405, `${method} is not possible here; use GET\n`, { allow: 'GET, HEAD' });
    return route(accept);
  };
};
