import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { AgentHealth, ComponentHealth } from '../mapping/agent-health.ts';
import type { MetricFamily } from '../mapping/metric-family.ts';
import { bytes, hostFigures, processFigures } from './host-figures.ts';
import type { Figure } from './host-figures.ts';
import { PAGE_SCRIPT, PAGE_STYLE } from './page-style.ts';

type Html = ReturnType<typeof html>;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The page may run exactly its own script and style, and talk to nobody but this server. */
const POLICY = `default-src 'none'; script-src ${hashOf(PAGE_SCRIPT)}; style-src ${hashOf(PAGE_STYLE)}; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const COLOURS = { healthy: '#12805c', degraded: '#d08a00', unhealthy: '#c02b3c' } as const;
const HEADLINES = { healthy: 'All is well', degraded: 'Works, with limits', unhealthy: 'Needs attention' } as const;

const icon = (colour: string): string =>
  `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="${colour}"/></svg>`)}`;

const LOGO = raw(
  '<svg viewBox="0 0 34 34" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" aria-hidden="true"><path d="M17 3.5v27M7 10.5l20 13M27 10.5l-20 13" opacity=".35"/><circle cx="17" cy="17" r="11"/><circle cx="17" cy="17" r="4.4" fill="currentColor" stroke="none"/></svg>',
);

/** `3 d 4 h`, `5 min`, `12 s`: two figures at most. */
export const duration = (seconds: number): string => {
  const units = [[86_400, 'd'], [3_600, 'h'], [60, 'min'], [1, 's']] as const;
  const first = units.findIndex(([size]) => seconds >= size);
  if (first === -1) return '0 s';
  const [size, unit] = units[first]!;
  const next = units[first + 1];
  const rest = next === undefined ? 0 : Math.floor((seconds % size) / next[0]);
  return `${Math.floor(seconds / size)} ${unit}${rest > 0 && next !== undefined ? ` ${rest} ${next[1]}` : ''}`;
};

const figure = ({ title, value, note, share }: Figure): Html => html`<div class="tile"><h2>${title}</h2><p>${value}</p><small>${note}</small>
${share === undefined ? '' : html`<meter min="0" max="1" low="0.8" high="0.92" optimum="0" value="${share.toFixed(3)}">${share.toFixed(2)}</meter>`}</div>`;

const checksOf = (component: ComponentHealth): Html | string => {
  const instances = component.instances ?? [];
  const items = instances.flatMap(({ instance, checks }) => checks.map((check) => ({ ...check, place: instances.length > 1 ? ` (instance ${instance})` : '' })));
  if (items.length === 0) return '';
  return html`<ul>${items.map((check) => html`<li><i class="${check.status}"></i>${check.name}${check.place}: ${check.message}</li>`)}</ul>`;
};

const row = (name: string, component: ComponentHealth, families: readonly MetricFamily[], now: number): Html => {
  const { cpuPercent, memoryBytes } = processFigures(families, name);
  const since = component.since === undefined ? '' : duration(Math.max(0, (now - Date.parse(component.since)) / 1000));
  const answer = component.response_time_ms === undefined ? '' : `${component.response_time_ms} ms`;
  return html`<tr><td class="name">${name}</td><td><span class="pill ${component.status}">${component.status}</span></td>
<td class="what">${component.message}${checksOf(component)}</td><td class="num" data-is="for">${since}</td><td class="num" data-is="answers in">${answer}</td>
<td class="num" data-is="CPU">${cpuPercent === undefined ? '' : `${cpuPercent.toFixed(1)} %`}</td><td class="num" data-is="memory">${memoryBytes === undefined ? '' : bytes(memoryBytes)}</td></tr>`;
};

export interface StatusPageOptions {
  /** This agent's id, where it has one and the bus is there. */
  readonly agentId: () => Promise<string | undefined>;
  readonly host: string;
  readonly now: () => number;
}

/** The page for people: one look says whether all is well, and if not, what is not. Self-contained, refreshes itself. */
export const statusPage = ({ agentId, host, now }: StatusPageOptions) => ({
  policy: POLICY,
  render: async (health: AgentHealth, families: readonly MetricFamily[]): Promise<string> => {
    const id = await agentId();
    return String(
      await html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${HEADLINES[health.status]} · ${host} · Axion</title><link rel="icon" href="${icon(COLOURS[health.status])}">
<noscript><meta http-equiv="refresh" content="5"></noscript><style>${raw(PAGE_STYLE)}</style></head>
<body><main>
<header>${LOGO}<div><h1>${host}</h1><p>Axion agent ${id === undefined ? 'without an id yet' : html`<span class="id">${id}</span>`} · ${health.version} · up ${duration(health.uptime)}</p></div>
<nav><a href="/health">health</a><a href="/metrics">metrics</a></nav></header>
<div class="banner ${health.status}" role="status"><b>${HEADLINES[health.status]}</b><span>${health.message}</span></div>
<div class="tiles">${hostFigures(families).map(figure)}</div>
<div class="table"><table><thead><tr><th>Component</th><th>Status</th><th>What it says</th><th class="num">For</th><th class="num">Answers in</th><th class="num">CPU</th><th class="num">Memory</th></tr></thead>
<tbody>${Object.entries(health.components).map(([name, component]) => row(name, component, families, now()))}</tbody></table></div>
<footer><span>${new Date(now()).toISOString().replace('T', ' ').slice(0, 19)} UTC, refreshed every 5 s</span><span id="stale">The agent does not answer; this is what it said last.</span></footer>
</main><script>${raw(PAGE_SCRIPT)}</script></body></html>
`,
    );
  },
});
