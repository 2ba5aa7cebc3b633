import type { HealthBeat, HealthCheckState, HealthState } from '@axion/contracts';

/** How often a component beats, milliseconds. */
export const BEAT_INTERVAL_MS = 5_000;

/** A process's last beat. */
export interface HeardBeat {
  readonly beat: HealthBeat;
  /** Milliseconds since it was heard, by a clock that does not jump. */
  readonly age: number;
  /** How long the process took to answer the last check, milliseconds; absent before the first one. */
  readonly responseTime?: number;
  /** Checks in a row without an answer. */
  readonly unanswered: number;
}

/** A component that should be there. */
export interface ExpectedComponent {
  readonly name: string;
  readonly enabled: boolean;
}

export interface Observation {
  readonly version: string;
  /** Wall clock, milliseconds since 1970. */
  readonly now: number;
  /** Milliseconds since this endpoint began to listen for beats. */
  readonly listeningFor: number;
  readonly bus: { readonly connected: boolean; readonly message: string; /** milliseconds since 1970 */ readonly since: number };
  readonly expected: readonly ExpectedComponent[];
  readonly heard: readonly HeardBeat[];
  readonly failureThreshold: number;
}

/** `disabled`: switched off in the configuration. `unknown`: the bus is away, so nobody can be heard. */
export type ComponentStatus = HealthState | 'disabled' | 'unknown';

export interface InstanceHealth {
  readonly instance: string;
  readonly status: ComponentStatus;
  readonly message: string;
  readonly since: string;
  readonly lifecycle: HealthBeat['lifecycle'];
  readonly version: string;
  readonly pid: number;
  readonly started_at: string;
  readonly response_time_ms?: number;
  readonly checks: readonly HealthCheckState[];
}

export interface ComponentHealth {
  readonly status: ComponentStatus;
  readonly message: string;
  readonly since?: string;
  readonly response_time_ms?: number;
  readonly instances?: readonly InstanceHealth[];
}

/** The answer of `/health`. */
export interface AgentHealth {
  readonly status: HealthState;
  readonly message: string;
  readonly version: string;
  /** Seconds since the oldest of the agent's processes started. */
  readonly uptime: number;
  readonly ready: boolean;
  readonly components: Readonly<Record<string, ComponentHealth>>;
}

const SEVERITY: Readonly<Record<ComponentStatus, number>> = { disabled: 0, healthy: 0, degraded: 1, unknown: 2, unhealthy: 3 };
const worse = <T extends { status: ComponentStatus }>(a: T, b: T): T => (SEVERITY[b.status] > SEVERITY[a.status] ? b : a);

const seconds = (ms: number): number => Math.floor(ms / 1000);
const instant = (ms: number): string => new Date(ms).toISOString();

const isSilent = ({ age }: HeardBeat, seen: Observation): boolean => age > seen.failureThreshold * BEAT_INTERVAL_MS;

/** A beat's own word, unless the process has gone silent, is not at work, or no longer answers. */
const verdictOf = (heard: HeardBeat, seen: Observation): Pick<InstanceHealth, 'status' | 'message' | 'since'> => {
  const { beat, age, unanswered } = heard;
  const lastHeard = instant(seen.now - age);
  if (!seen.bus.connected) return { status: 'unknown', message: `the bus is away; ${seconds(age)} s ago it was ${beat.status}: ${beat.message}`, since: instant(seen.bus.since) };
  if (beat.lifecycle === 'failed' || beat.lifecycle === 'stopped') return { status: 'unhealthy', message: `${beat.lifecycle}: ${beat.message}`, since: lastHeard };
  if (isSilent(heard, seen)) return { status: 'unhealthy', message: `no beat for ${seconds(age)} s`, since: lastHeard };
  if (unanswered >= seen.failureThreshold) return { status: 'unhealthy', message: `beats, but left ${unanswered} checks in a row without an answer`, since: lastHeard };
  if (beat.lifecycle !== 'ready' && beat.status === 'healthy') return { status: 'degraded', message: beat.lifecycle, since: beat.since };
  return { status: beat.status, message: beat.message, since: beat.since };
};

/** What a process said before it fell silent, or before the bus went away, is no longer known to hold, so it is left out. */
const instanceOf = (heard: HeardBeat, seen: Observation): InstanceHealth => {
  const { beat, responseTime } = heard;
  const isCurrent = seen.bus.connected && !isSilent(heard, seen);
  return {
    instance: beat.instance,
    ...verdictOf(heard, seen),
    lifecycle: beat.lifecycle,
    version: beat.version,
    pid: beat.pid,
    started_at: beat.started_at,
    ...(isCurrent && responseTime !== undefined ? { response_time_ms: Math.round(responseTime * 10) / 10 } : {}),
    checks: isCurrent ? beat.checks : [],
  };
};

/** The worst instance speaks for the component; while another one is healthy the work goes on, so it is degraded at most. */
const fromInstances = (instances: readonly [InstanceHealth, ...InstanceHealth[]]): ComponentHealth => {
  const worst = instances.reduce(worse);
  const working = instances.some(({ status }) => status === 'healthy');
  const status = working && worst.status === 'unhealthy' ? 'degraded' : worst.status;
  const message = instances.length > 1 && worst.status !== 'healthy' ? `instance ${worst.instance} of ${instances.length}: ${worst.message}` : worst.message;
  const times = instances.flatMap(({ response_time_ms: time }) => (time === undefined ? [] : [time]));
  return { status, message, since: worst.since, ...(times.length === 0 ? {} : { response_time_ms: Math.max(...times) }), instances };
};

const silent = (seen: Observation): ComponentHealth => {
  const since = instant(seen.now - seen.listeningFor);
  if (!seen.bus.connected) return { status: 'unknown', message: 'the bus is away; nothing was ever heard of it', since: instant(seen.bus.since) };
  if (seen.listeningFor <= seen.failureThreshold * BEAT_INTERVAL_MS) return { status: 'degraded', message: 'no beat yet', since };
  return { status: 'unhealthy', message: `no beat for ${seconds(seen.listeningFor)} s, and none before`, since };
};

const componentOf = (expected: ExpectedComponent | undefined, instances: readonly InstanceHealth[], seen: Observation): ComponentHealth => {
  const [first, ...rest] = instances;
  if (expected?.enabled === false && !instances.some(({ status }) => status === 'healthy' || status === 'degraded')) return { status: 'disabled', message: 'switched off in the configuration' };
  return first === undefined ? silent(seen) : fromInstances([first, ...rest]);
};

const summary = (components: Readonly<Record<string, ComponentHealth>>): string => {
  const ailing = Object.entries(components).filter(([, { status }]) => SEVERITY[status] > 0);
  return ailing.length === 0 ? 'every component is healthy' : ailing.map(([name, { message }]) => `${name}: ${message}`).join('; ');
};

/** The agent's health from what was heard: pure, and the only place where it is judged. */
export const agentHealth = (seen: Observation): AgentHealth => {
  const expected = new Map(seen.expected.map((component) => [component.name, component]));
  const names = [...new Set([...expected.keys(), ...seen.heard.map(({ beat }) => beat.component)])];
  const components: Record<string, ComponentHealth> = {
    bus: { status: seen.bus.connected ? 'healthy' : 'unhealthy', message: seen.bus.message, since: instant(seen.bus.since) },
  };
  for (const name of names) {
    const instances = seen.heard
      .filter(({ beat }) => beat.component === name)
      .toSorted((a, b) => a.beat.instance.localeCompare(b.beat.instance))
      .map((heard) => instanceOf(heard, seen));
    components[name] = componentOf(expected.get(name), instances, seen);
  }
  const worst = Object.values(components).reduce(worse).status;
  const starts = seen.heard.map(({ beat }) => Date.parse(beat.started_at)).filter((start) => start <= seen.now);
  return {
    status: worst === 'unknown' || worst === 'unhealthy' ? 'unhealthy' : worst === 'degraded' ? 'degraded' : 'healthy',
    message: seen.bus.connected ? summary(components) : seen.bus.message,
    version: seen.version,
    uptime: seconds(seen.now - Math.min(seen.now - seen.listeningFor, ...starts)),
    ready: isReady({ components }),
    components,
  };
};

/** Ready: every component that counts has one instance that does its job, however well. */
export const isReady = ({ components }: Pick<AgentHealth, 'components'>, excluded: ReadonlySet<string> = new Set()): boolean =>
  Object.entries(components).every(([name, component]) => excluded.has(name) || doesItsJob(component));

const doesItsJob = ({ status, instances }: ComponentHealth): boolean =>
  status === 'disabled' || (instances === undefined ? status === 'healthy' : instances.some((instance) => instance.lifecycle === 'ready' && SEVERITY[instance.status] < SEVERITY.unknown));
