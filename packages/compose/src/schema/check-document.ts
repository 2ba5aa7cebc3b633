import { ComposeError } from '../errors.ts';
import type { Dialect } from '../load-options.ts';
import type { StackDocument } from '../yaml/read-document.ts';
import { dotted, isList, isMap, NonStringKeys, type Path, type Value, type ValueMap } from '../yaml/value.ts';
import { goText } from '../yaml/go-text.ts';
import { LATEST_MINOR, stackSchema } from './stack-schema.ts';
import { validate } from './validate.ts';
import { mostSpecific } from './violation.ts';

/** The version a file asks for, as written: the newest when it says nothing or just `3`. */
export const versionOf = (root: ValueMap): string => {
  const written = root.get('version');
  const version = written === undefined ? '' : goText(written);
  return version === '' || version === '3' ? `3.${LATEST_MINOR}` : version;
};

/**
 * Checks interpolated values against the file format of their version.
 * @throws ComposeError with the most specific thing that is wrong.
 */
export const checkDocument = (root: ValueMap, version: string, document: StackDocument, dialect: Dialect): void => {
  const minor = /^3\.(\d|1[0-3])$/.exec(version)?.[1];
  if (minor === undefined) {
    throw new ComposeError('VERSION', `unsupported Compose file version: ${version}`, { ...document.position(['version']), key: 'version' });
  }
  refuseWhatJsonLacks(root, document);
  const { violations, dates } = validate(stackSchema(Number(minor), dialect), root);
  if (violations.length === 0) {
    refuseDate(dates[0], document);
    return;
  }
  const { path, text } = mostSpecific(violations);
  const key = path.length === 0 ? '(root)' : dotted(path);
  throw new ComposeError('SCHEMA', `${key} ${text}`, { ...document.position(placeOf(path, text)), key });
};

const refuseDate = (path: Path | undefined, document: StackDocument): void => {
  if (path === undefined) return;
  const message = `decoding failed due to the following error(s):\n\n'${dotted(path)}' expected type 'string', got unconvertible type 'time.Time' (a date; quote it)`;
  throw new ComposeError('VALUE', message, { ...document.position(path), key: dotted(path) });
};

/** For a key that should not be there, the key itself instead of the mapping around it. */
const placeOf = (path: Path, text: string): Path => {
  const extra = /^Additional property (.*) is not allowed$/s.exec(text)?.[1];
  return extra === undefined ? path : [...path, extra];
};

const refuseWhatJsonLacks = (root: ValueMap, document: StackDocument): void => {
  const path: (string | number)[] = [];
  const walk = (value: Value): void => {
    if (value instanceof NonStringKeys) {
      throw new ComposeError('YAML', 'json: unsupported type: map[interface {}]interface {} (a key that is no string; quote it)', { ...document.position(path), key: dotted(path) });
    }
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new ComposeError('SCHEMA', `json: unsupported value: ${goText(value)}`, { ...document.position(path), key: dotted(path) });
    }
    if (!isMap(value) && !isList(value)) return;
    for (const [key, item] of value.entries()) {
      path.push(key);
      walk(item);
      path.pop();
    }
  };
  walk(root);
};
