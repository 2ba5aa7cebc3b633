import { allStreams } from '@axion/contracts';
import type { StreamSpec } from '@axion/contracts';
import { subjects } from '@axion/contracts';

const MB = 1024 * 1024;
const NANOSECONDS = 1_000_000_000;
/** What the sizes may add up to; the rest is for indexes and for messages on their way out. */
const FILL = 0.9;

export interface StoreLimits {
  /** `[bus].max_store_mb` */
  readonly maxStoreMb: number;
  /** `[telemetry].buffer_mb`, where it is set. */
  readonly telemetryMb?: number;
}

/** A stream's configuration as JetStream's API takes it; only what we decide. */
export type StreamConfig = Readonly<Record<string, string | number | boolean | readonly string[] | Readonly<Record<string, string | boolean>>>> & { readonly name: string };

/** Every stream with its share of the store. */
export const streamConfigs = (limits: StoreLimits): readonly StreamConfig[] => {
  const specs = allStreams().map((spec) => (spec.name === 'TELEMETRY' && limits.telemetryMb !== undefined ? { ...spec, maxMb: limits.telemetryMb } : spec));
  const wanted = specs.reduce((sum, spec) => sum + spec.maxMb, 0);
  const scale = Math.min(1, (limits.maxStoreMb * FILL) / wanted);
  return specs.map((spec) => streamConfig(spec, Math.floor(spec.maxMb * MB * scale)));
};

const streamConfig = (spec: StreamSpec, maxBytes: number): StreamConfig => ({
  name: spec.name,
  subjects: spec.subjects,
  retention: 'limits',
  storage: 'file',
  num_replicas: 1,
  max_bytes: maxBytes,
  max_age: (spec.maxAgeSeconds ?? 0) * NANOSECONDS,
  max_msgs_per_subject: spec.lastOnly ? 1 : -1,
  discard: spec.discard,
  duplicate_window: spec.duplicateWindowSeconds * NANOSECONDS,
  allow_direct: true,
  republish: { src: spec.subjects[0]!, dest: subjects.stored(spec.subjects[0]!), ...(spec.repeat === 'headers' ? { headers_only: true } : {}) },
});

/** The keys in which what the server has differs from what is wanted. */
export const differences = (wanted: StreamConfig, found: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(wanted).filter((key) => canonical(wanted[key]) !== canonical(found[key] ?? absent(wanted[key])));

/** The server leaves out what is zero, empty or false. */
const absent = (value: unknown): unknown => (typeof value === 'number' ? 0 : typeof value === 'boolean' ? false : undefined);

const canonical = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? JSON.stringify(Object.entries(value).filter(([, inner]) => inner !== false).toSorted(([a], [b]) => a.localeCompare(b)))
    : JSON.stringify(value);
