import type { Json } from './canonical-service.ts';

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } => value !== null && typeof value === 'object' && !Array.isArray(value);

/** `NAME` of `NAME=value`: values of variables are never shown. */
const variableName = (line: string): string => line.split('=', 1)[0]!;

/**
 * Where two canonical specs differ, as dotted paths: `TaskTemplate.ContainerSpec.Image`, `TaskTemplate.ContainerSpec.Env.PORT`.
 * Paths only, no values, so the answer may be shown to anybody.
 */
export const changedFields = (wanted: Json | undefined, found: Json | undefined, path: readonly string[] = []): readonly string[] => {
  if (isObject(wanted) && isObject(found)) {
    return [...new Set([...Object.keys(wanted), ...Object.keys(found)])].sort().flatMap((key) => changedFields(wanted[key], found[key], [...path, key]));
  }
  if (JSON.stringify(wanted) === JSON.stringify(found)) return [];
  if (path.at(-1) === 'Env') {
    const lines = (value: Json | undefined): readonly string[] => (Array.isArray(value) ? (value as readonly string[]) : []);
    const differing = [...lines(wanted).filter((line) => !lines(found).includes(line)), ...lines(found).filter((line) => !lines(wanted).includes(line))];
    const names = [...new Set(differing.map(variableName))].sort();
    if (names.length > 0) return names.map((name) => [...path, name].join('.'));
  }
  return [path.join('.')];
};
