import type { Container } from '@axion/docker-engine';
import type { Instance } from '../driver.ts';
import type { ProjectState } from './compose-home.ts';
import type { ServiceFacts } from './resolved-project.ts';

/** Compose's own labels. */
export const COMPOSE_LABELS = { project: 'com.docker.compose.project', service: 'com.docker.compose.service', directory: 'com.docker.compose.project.working_dir', files: 'com.docker.compose.project.config_files', oneOff: 'com.docker.compose.oneoff' } as const;

/** `starting`: it runs, and its health check has not passed yet. */
export type PartState = 'running' | 'starting' | 'completed' | 'stopped' | 'restarting' | 'failed' | 'missing';

/** One container of a project, or a service that should have one. */
export interface Part {
  readonly service: string;
  readonly container: string | undefined;
  readonly state: PartState;
  /** For people, e.g. `exited with code 1`. */
  readonly words: string;
}

const ENDS_BY_ITSELF = new Set(['', 'no', 'on-failure']);
/** A container that was told to end, and did, has one of these: by itself, by SIGKILL, by SIGTERM. */
const ASKED_TO_END = new Set([0, 137, 143]);

const partOf = (row: Container, restart: string): Part => {
  const service = row.labels[COMPOSE_LABELS.service] ?? row.name;
  const part = (state: PartState, words: string): Part => ({ service, container: row.id, state, words });
  if (row.state === 'running' || row.state === 'paused') {
    if (row.status.includes('(health: starting)')) return part('starting', 'runs; its health is not known yet');
    return row.status.includes('(unhealthy)') ? part('running', 'runs, unhealthy') : part('running', row.state);
  }
  if (row.state === 'restarting') return part('restarting', `is started again by the engine (${row.status})`);
  if (row.state === 'created') return part('stopped', 'was created, not started');
  const code = Number(/\((\d+)\)/.exec(row.status)?.[1] ?? -1);
  if (code === 0 && ENDS_BY_ITSELF.has(restart)) return part('completed', 'completed');
  return part(ASKED_TO_END.has(code) ? 'stopped' : 'failed', `exited with code ${code}`);
};

/** The containers of a project, and the services that lack one. Pure. */
export const partsOf = (rows: readonly Container[], services: readonly ServiceFacts[]): readonly Part[] => {
  const facts = new Map(services.map((service) => [service.name, service]));
  const parts = rows.map((row) => partOf(row, facts.get(row.labels[COMPOSE_LABELS.service] ?? '')?.restart ?? ''));
  const have = new Set(parts.map(({ service }) => service));
  const missing = services.filter(({ name, expected }) => expected > 0 && !have.has(name));
  return [...parts, ...missing.map(({ name }): Part => ({ service: name, container: undefined, state: 'missing', words: 'has no container' }))];
};

const MAX_TEXT = 1000;
const tell = (parts: readonly Part[]): string => parts.map(({ service, words }) => `service ${service} ${words}`).join('; ').slice(0, MAX_TEXT);

/** A Compose workload as an instance: its containers, read with what is known of its revision. Pure. */
export const projectInstance = (id: string, rows: readonly Container[], known: ProjectState | undefined): Instance => {
  const revision = known?.good ?? known?.attempt;
  const parts = partsOf(rows, revision?.services ?? []).toSorted((a, b) => a.service.localeCompare(b.service));
  const of = (...states: readonly PartState[]): readonly Part[] => parts.filter(({ state }) => states.includes(state));
  const up = of('running', 'starting');
  // Beside what runs, something that was told to end is a part that broke; alone, all of it was stopped.
  const broken = up.length + of('restarting').length > 0 ? of('failed', 'restarting', 'missing', 'stopped') : of('failed');
  const state = broken.length > 0 ? 'failed' : up.length > 0 ? 'running' : 'stopped';
  const waiting = of('starting');
  return {
    id,
    revision: revision?.revision,
    memo: revision?.memo,
    state,
    message: broken.length > 0 ? tell(broken) : up.length > 0 ? `${up.length} of ${up.length} containers run${waiting.length === 0 ? '' : `; ${tell(waiting)}`}` : parts.every((part) => part.state === 'completed') ? 'completed' : 'stopped',
    metadata: {
      'compose.project': known?.project ?? rows[0]?.labels[COMPOSE_LABELS.project] ?? '',
      'compose.services': parts.map(({ service, state: partState }) => `${service}=${partState}`).join(',').slice(0, MAX_TEXT),
    },
    selfHealing: broken.length > 0 && broken.every((part) => part.state === 'restarting'),
    completed: state === 'stopped' && parts.length > 0 && parts.every((part) => part.state === 'completed'),
    mixed: known?.attempt !== undefined,
  };
};
