import { ComposeError } from '../errors.ts';
import type { StackDocument } from '../yaml/read-document.ts';
import { isList, isMap, type Path, type Value, type ValueMap } from '../yaml/value.ts';
import { substitute, SubstitutionError, type SubstituteOptions } from './substitute.ts';
import { castFor } from './type-casts.ts';

/**
 * The document's values with variables replaced in every string (keys are left alone), and numbers and booleans made of
 * text where Docker does that.
 * @throws ComposeError with the place of a broken expression, a missing required variable or a failing cast.
 */
export const interpolate = (document: StackDocument, options: SubstituteOptions): ValueMap => {
  // One path for the whole walk, copied only for the few strings that have something to replace.
  const path: (string | number)[] = [];
  const inside = (key: string | number, item: Value): Value => {
    path.push(key);
    const result = walk(item);
    path.pop();
    return result;
  };
  const walk = (value: Value): Value => {
    if (typeof value === 'string') return value.includes('$') ? text(value) : value;
    if (isMap(value)) {
      const result = new Map<string, Value>();
      for (const [key, item] of value) result.set(key, inside(key, item));
      return result;
    }
    return isList(value) ? value.map((item, at) => inside(at, item)) : value;
  };
  const text = (value: string): Value => {
    const replaced = replace(value, path, document, options);
    if (replaced === value) return value;
    const cast = castFor(path);
    if (cast === undefined) return replaced;
    try {
      return cast(replaced);
    } catch (cause) {
      // Docker quotes the value; the agent's values may be secrets, so there it stays out.
      const why = options.strict ? 'the value of the variable does not fit here' : (cause as Error).message;
      throw new ComposeError('INTERPOLATION', `error while interpolating ${shown(path)}: failed to cast to expected type: ${why}`, { ...document.position(path), key: shown(path) });
    }
  };
  return walk(document.root) as ValueMap;
};

const replace = (value: string, path: Path, document: StackDocument, options: SubstituteOptions): string => {
  try {
    return substitute(value, options);
  } catch (cause) {
    if (!(cause instanceof SubstitutionError)) throw cause;
    throw new ComposeError(
      'INTERPOLATION',
      `invalid interpolation format for ${shown(path)}: ${JSON.stringify(cause.template)}; you may need to escape any $ with another $`,
      { ...document.position(path), key: shown(path) },
    );
  }
};

/** Docker writes list items as `[]` here. */
const shown = (path: Path): string => path.map((part) => (typeof part === 'number' ? '[]' : part)).join('.');
