import { Hono } from 'hono';
import type { Context } from 'hono';
import { isReady } from '../mapping/agent-health.ts';
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

const PATHS = ['/', '/health', '/livez', '/readyz', '/metrics'] as const;

const statusOf = (health: AgentHealth): 200 | 503 => (health.status === 'unhealthy' ? 503 : 200);

/** The routes. Everything is read-only and about this moment, so nothing may be cached. HEAD is answered like GET by hono. */
export const createApp = ({ health, families, page }: AppParts): Hono => {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header('cache-control', 'no-store');
    context.header('x-content-type-options', 'nosniff');
  });

  const healthJson = (context: Context): Response => {
    const now = health();
    return context.body(`${JSON.stringify(now, undefined, 2)}\n`, statusOf(now), { 'content-type': 'application/json; charset=utf-8' });
  };

  app.get('/health', healthJson);

  // Alive is whoever answers: whether the agent works is /health, whether it is complete is /readyz.
  app.get('/livez', (context) => context.text('ok\n'));

  app.get('/readyz', (context) => {
    const now = health();
    // As Kubernetes has it: `?exclude=NAME` leaves out what its operator has taken out.
    const excluded = context.req.queries('exclude') ?? [];
    const ready = excluded.length === 0 ? now.ready : isReady(now, new Set(excluded));
    return ready ? context.text('ok\n') : context.text(`not ready: ${now.message}\n`, 503);
  });

  app.get('/metrics', async (context) => {
    context.header('vary', 'Accept');
    const type = preferred(context.req.header('accept'), ['text/plain', 'application/openmetrics-text']);
    const { contentType, render } = type === 'text/plain' ? PROMETHEUS_TEXT : OPENMETRICS_TEXT;
    return context.body(render(await families()), 200, { 'content-type': contentType });
  });

  app.get('/', async (context) => {
    context.header('vary', 'Accept');
    if (preferred(context.req.header('accept'), ['text/html', 'application/json']) === 'application/json') return healthJson(context);
    context.header('content-security-policy', page.policy);
    // Always 200: a browser shows what is wrong; machines ask /health.
    // The metrics first: collecting them also tells how fast each component answers.
    const shown = await families();
    return context.html(await page.render(health(), shown));
  });

  for (const path of PATHS) {
    app.all(path, (context) => context.text(`${context.req.method} is not possible here; use GET\n`, 405, { allow: 'GET, HEAD' }));
  }
  app.notFound((context) => context.text(`there is no ${context.req.path}; try ${PATHS.join(' ')}\n`, 404));
  return app;
};
