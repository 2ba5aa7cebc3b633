import { isList, isMap } from '../yaml/value.ts';
import { goType, type Fields } from './fields.ts';

/**
 * Checks what the schema lets through in a volume's `x-cluster-spec`; nothing of it is used, as a stack creates no volumes.
 * @throws ComposeError for sizes that are none and for secrets that are no list of mappings.
 */
export const refuseBrokenClusterSpec = (volume: string, fields: Fields): void => {
  const raw = fields.raw('x-cluster-spec');
  if (raw !== undefined && raw !== null && !isMap(raw)) fields.fail('x-cluster-spec', `'[${volume}].x-cluster-spec' expected a map, got '${goType(raw)}'`);
  const spec = fields.at('x-cluster-spec');
  const capacity = spec?.at('capacity_range');
  for (const key of ['required_bytes', 'limit_bytes']) capacity?.bytes(key, `[${volume}].x-cluster-spec.capacity_range.${key}`);
  const secrets = spec?.raw('secrets');
  if (spec === undefined || secrets === undefined || secrets === null) return;
  if (!isList(secrets)) return spec.fail('secrets', `'[${volume}].x-cluster-spec.Secrets': source data must be an array or slice, got ${goType(secrets)}`);
  const broken = secrets.findIndex((secret) => !isMap(secret));
  if (broken >= 0) spec.fail('secrets', `'[${volume}].x-cluster-spec.Secrets[${broken}]' expected a map, got '${goType(secrets[broken] ?? null)}'`);
};
