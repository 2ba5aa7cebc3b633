import type { StackModel } from '@axion/compose';

/** Maps whose keys are the user's own words and must not be rewritten. */
const USER_KEYED = new Set(['environment', 'labels', 'driverOpts', 'options', 'sysctls', 'ulimits', 'networks', 'volumes', 'secrets', 'configs', 'dependsOn']);
/** Durations, which the model holds in nanoseconds. */
const DURATIONS = new Set(['stopGracePeriod', 'delay', 'monitor', 'window', 'interval', 'timeout', 'startPeriod', 'startInterval']);

const snake = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const nanoseconds = (value: number): string => {
  if (value % 1e9 === 0) return `${value / 1e9}s`;
  return value % 1e6 === 0 ? `${value / 1e6}ms` : `${value}ns`;
};

const valueOf = (key: string, value: unknown): unknown => {
  if (DURATIONS.has(key) && typeof value === 'number') return nanoseconds(value);
  if (Array.isArray(value)) return value.map((item) => documentOf(item));
  if (typeof value !== 'object' || value === null) return value;
  return USER_KEYED.has(key) ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, documentOf(item)])) : documentOf(value);
};

const documentOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[snake(key), valueOf(key, item)]])))
    : value;

/** A stack after reading, interpolation and merging, as a document in the stack file's own keys and long forms. */
export const modelDocument = ({ version, services, networks, volumes, secrets, configs }: StackModel): Readonly<Record<string, unknown>> => {
  const sections = Object.entries({ networks, volumes, secrets, configs }).filter(([, entries]) => Object.keys(entries).length > 0);
  return {
    version,
    services: Object.fromEntries(services.map(({ name, ...service }) => [name, documentOf(service)])),
    ...Object.fromEntries(sections.map(([section, entries]) => [section, valueOf(section, entries)])),
  };
};
