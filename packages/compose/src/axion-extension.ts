import { ComposeError } from './errors.ts';
import type { Dialect } from './load-options.ts';
import type { AxionExtension } from './model.ts';
import type { StackDocument } from './yaml/read-document.ts';
import { isMap, type ValueMap } from './yaml/value.ts';

const KEYS = { self_heal: 'selfHeal', recreate_networks: 'recreateNetworks', keep_failed: 'keepFailed' } as const;

/**
 * The top-level `x-axion` key: booleans by name, all false by default. The docker dialect ignores what it does not
 * understand, as Docker ignores the whole key.
 * @throws ComposeError in the agent's dialect for unknown keys and values that are no booleans.
 */
export const axionExtension = (root: ValueMap, document: StackDocument, dialect: Dialect): AxionExtension => {
  const extension = { selfHeal: false, recreateNetworks: false, keepFailed: false };
  const value = root.get('x-axion');
  const refuse = (key: string | undefined, problem: string): void => {
    if (dialect === 'docker') return;
    const path = key === undefined ? ['x-axion'] : ['x-axion', key];
    throw new ComposeError('SCHEMA', `${path.join('.')} ${problem}`, { ...document.position(path), key: path.join('.') });
  };
  if (value === undefined) return extension;
  if (!isMap(value)) {
    refuse(undefined, 'must be a mapping');
    return extension;
  }
  for (const [key, item] of value) {
    if (!Object.hasOwn(KEYS, key)) refuse(key, `is not known; known are ${Object.keys(KEYS).join(', ')}`);
    else if (typeof item !== 'boolean') refuse(key, 'must be true or false');
    else extension[KEYS[key as keyof typeof KEYS]] = item;
  }
  return extension;
};
