import { parseDuration } from '../normalise/duration.ts';
import { parsePortSpec } from '../normalise/port-spec.ts';
import { goText } from '../yaml/go-text.ts';
import { isList, isMap, NonStringKeys, Timestamp, type Path, type Value, type ValueMap } from '../yaml/value.ts';
import type { Schema, TypeName } from './schema.ts';
import type { Violation } from './violation.ts';

/**
 * Violations of a schema in Docker's order, so that `mostSpecific` picks the one Docker reports. `score` says how near
 * the value came: of several forms none of which fits, the best scored one is explained.
 */
interface Outcome {
  readonly violations: Violation[];
  /** Places with a date where only text will do: JSON has no dates, so the schema takes one, but decoding will not. */
  readonly dates: Trail[];
  score: number;
}

/** Where the walk is; one list for all of it, copied into violations. */
type Trail = (string | number)[];

export const validate = (schema: Schema, value: Value): { readonly violations: readonly Violation[]; readonly dates: readonly Path[] } => attempt(schema, value, []);

const add = (outcome: Outcome, path: Trail, text: string, kind: Violation['kind'] = 'other'): void => {
  outcome.violations.push({ path: [...path], kind, text });
  outcome.score -= 2;
};

const attempt = (schema: Schema, value: Value, path: Trail): Outcome => {
  const outcome: Outcome = { violations: [], dates: [], score: 0 };
  check(schema, value, path, outcome);
  return outcome;
};

const checkInside = (schema: Schema, key: string | number, value: Value, path: Trail, outcome: Outcome): void => {
  path.push(key);
  check(schema, value, path, outcome);
  path.pop();
};

const merge = (into: Outcome, from: Outcome): void => {
  into.violations.push(...from.violations);
  into.dates.push(...from.dates);
  into.score += from.score;
};

const check = (schema: Schema, value: Value, path: Trail, outcome: Outcome): void => {
  if (schema.types !== undefined && !typesOf(value).some((type) => schema.types?.includes(type))) {
    add(outcome, path, `must be a ${readable(schema.types)}`, 'type');
    return;
  }
  if (schema.oneOf !== undefined) checkForms(schema.oneOf, value, path, outcome);
  if (typeof value === 'string' || value instanceof Timestamp) checkText(schema, goText(value), path, outcome);
  if (value instanceof Timestamp && schema.types?.length === 1) outcome.dates.push([...path]);
  if ((typeof value === 'bigint' || typeof value === 'number') && schema.minimum !== undefined && value < schema.minimum) {
    add(outcome, path, `Must be greater than or equal to ${schema.minimum}`);
  }
  if (isList(value)) checkList(schema, value, path, outcome);
  outcome.score += typeof value === 'bigint' || typeof value === 'number' ? 4 : value === null ? 2 : 3;
  if (isMap(value)) checkMap(schema, value, path, outcome);
};

const checkForms = (forms: readonly Schema[], value: Value, path: Trail, outcome: Outcome): void => {
  let fitting = 0;
  let nearest: Outcome | undefined;
  for (const form of forms) {
    const tried = attempt(form, value, path);
    if (tried.violations.length === 0) {
      fitting += 1;
      outcome.dates.push(...tried.dates);
    } else if (nearest === undefined || tried.score > nearest.score) nearest = tried;
  }
  if (fitting === 1) return;
  add(outcome, path, 'Must validate one and only one schema (oneOf)', 'one-of');
  if (fitting === 0 && nearest !== undefined) merge(outcome, nearest);
};

const checkText = (schema: Schema, value: string, path: Trail, outcome: Outcome): void => {
  if (schema.format !== undefined && !FORMATS[schema.format](value)) add(outcome, path, `Does not match format '${schema.format}'`);
  if (schema.values !== undefined && !schema.values.includes(value)) {
    add(outcome, path, `${path.join('.')} must be one of the following: ${schema.values.map((allowed) => `"${allowed}"`).join(', ')}`);
  }
};

const FORMATS = {
  duration: (value: string) => typeof parseDuration(value) === 'bigint',
  ports: (value: string) => typeof parsePortSpec(value) !== 'string',
} as const;

const checkList = (schema: Schema, value: readonly Value[], path: Trail, outcome: Outcome): void => {
  const { items } = schema;
  if (items !== undefined) value.forEach((item, at) => checkInside(items, at, item, path, outcome));
  if (schema.unique !== true) return;
  const seen = new Map<string, number>();
  value.forEach((item, at) => {
    const identity = canonical(item);
    const before = seen.get(identity);
    if (before !== undefined) add(outcome, path, `array items[${before},${at}] must be unique`);
    else seen.set(identity, at);
  });
};

const checkMap = (schema: Schema, value: ValueMap, path: Trail, outcome: Outcome): void => {
  for (const key of schema.required ?? []) if (!value.has(key)) add(outcome, path, `${key} is required`);
  for (const [key, item] of value) {
    const matched = schema.pattern?.keys.test(key) === true;
    const known = schema.properties !== undefined && Object.hasOwn(schema.properties, key);
    if (schema.closed === true && !known && !matched) add(outcome, path, `Additional property ${key} is not allowed`);
    if (matched && schema.pattern !== undefined) checkInside(schema.pattern.schema, key, item, path, outcome);
  }
  for (const key in schema.properties) {
    const [property, item] = [schema.properties[key], value.get(key)];
    if (property !== undefined && item !== undefined) checkInside(property, key, item, path, outcome);
  }
};

const typesOf = (value: Value): readonly TypeName[] => {
  if (value === null) return ['null'];
  if (isMap(value) || value instanceof NonStringKeys) return ['object'];
  if (isList(value)) return ['array'];
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) return ['integer', 'number'];
  if (typeof value === 'number') return ['number'];
  return typeof value === 'boolean' ? ['boolean'] : ['string'];
};

const READABLE: Readonly<Partial<Record<TypeName, string>>> = { object: 'mapping', array: 'list' };

const readable = (types: readonly TypeName[]): string => {
  const names = types.map((type) => READABLE[type] ?? type);
  return names.length === 1 ? (names[0] as string) : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
};

/** Equal text for values that are equal as JSON. */
const canonical = (value: Value): string => {
  if (isMap(value)) return `{${[...value].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  return typeof value === 'string' || value instanceof Timestamp ? JSON.stringify(goText(value)) : goText(value);
};
