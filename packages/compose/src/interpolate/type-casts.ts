import { parseGoFloat } from '../normalise/go-float.ts';
import type { Path, Value } from '../yaml/value.ts';

/** Turns interpolated text into another type; throws an `Error` with Go's words when it cannot. */
export type Cast = (text: string) => Value;

const toInteger: Cast = (text) => {
  if (!/^[-+]?\d+$/.test(text)) throw new Error(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  const value = BigInt(text.replace('+', ''));
  if (BigInt.asIntN(64, value) !== value) throw new Error(`strconv.Atoi: parsing ${JSON.stringify(text)}: value out of range`);
  return value;
};

const toBoolean: Cast = (text) => {
  if (/^(?:y|yes|true|on)$/i.test(text)) return true;
  if (/^(?:n|no|false|off)$/i.test(text)) return false;
  throw new Error(`invalid boolean: ${text}`);
};

/** Places whose text becomes a number or boolean after interpolation changed it; `*` is any key, `[]` any list item. */
const CASTS: readonly (readonly [pattern: string, cast: Cast])[] = [
  ['services.*.configs.[].mode', toInteger],
  ['services.*.secrets.[].mode', toInteger],
  ['services.*.healthcheck.retries', toInteger],
  ['services.*.healthcheck.disable', toBoolean],
  ['services.*.deploy.replicas', toInteger],
  ['services.*.deploy.update_config.parallelism', toInteger],
  ['services.*.deploy.update_config.max_failure_ratio', parseGoFloat],
  ['services.*.deploy.rollback_config.parallelism', toInteger],
  ['services.*.deploy.rollback_config.max_failure_ratio', parseGoFloat],
  ['services.*.deploy.restart_policy.max_attempts', toInteger],
  ['services.*.deploy.placement.max_replicas_per_node', toInteger],
  ['services.*.ports.[].target', toInteger],
  ['services.*.ports.[].published', toInteger],
  ['services.*.ulimits.*', toInteger],
  ['services.*.ulimits.*.hard', toInteger],
  ['services.*.ulimits.*.soft', toInteger],
  ['services.*.oom_score_adj', toInteger],
  ['services.*.privileged', toBoolean],
  ['services.*.read_only', toBoolean],
  ['services.*.stdin_open', toBoolean],
  ['services.*.tty', toBoolean],
  ['services.*.volumes.[].read_only', toBoolean],
  ['services.*.volumes.[].volume.nocopy', toBoolean],
  ['networks.*.external', toBoolean],
  ['networks.*.internal', toBoolean],
  ['networks.*.attachable', toBoolean],
  ['volumes.*.external', toBoolean],
  ['secrets.*.external', toBoolean],
  ['configs.*.external', toBoolean],
];

const PARTS = CASTS.map(([pattern, cast]) => [pattern.split('.'), cast] as const);

/** The cast for a place, if it has one. */
export const castFor = (path: Path): Cast | undefined => {
  // Docker joins keys with dots before it compares, so a key with a dot in it counts as several.
  const parts = path.flatMap((part) => (typeof part === 'number' ? ['[]'] : part.split('.')));
  return PARTS.find(([pattern]) => pattern.length === parts.length && pattern.every((expected, at) => expected === '*' || expected === parts[at]))?.[1];
};
