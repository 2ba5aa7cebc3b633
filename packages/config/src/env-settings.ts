import { closestWord, didYouMean } from '@axion/core';
import { fromText } from './env-text.ts';
import { shown, soundsSecret } from './problem.ts';
import { ENV_PREFIX, KEYS } from './schema.ts';
import type { Findings, Setting } from './setting.ts';

/** One entry of a table key, e.g. `AXION_AGENT__AGENT__LABELS__ZONE=eu-1`; names of entries are lower case. */
export interface EntryOverride {
  readonly path: string;
  readonly entry: string;
  readonly value: string;
  readonly variable: string;
}

const unknownVariable = (variable: string, value: string): string => {
  const rest = (name: string): string => name.slice(ENV_PREFIX.length).toLowerCase();
  const near = closestWord(rest(variable), KEYS.map((key) => rest(key.variable)));
  const meant = KEYS.find((key) => rest(key.variable) === near);
  const hidden = meant?.key.secret === true || soundsSecret(variable);
  return `environment: unknown key ${variable}${hidden ? '' : `=${shown(value)}`}${didYouMean(meant?.variable)}`;
};

/** What the variables `AXION_AGENT__SECTION__KEY` set. */
export const envSettings = (env: NodeJS.ProcessEnv): Findings & { readonly entries: readonly EntryOverride[] } => {
  const settings = new Map<string, Setting>();
  const entries: EntryOverride[] = [];
  const problems: string[] = [];
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith(ENV_PREFIX) || value === undefined) continue;
    const exact = KEYS.find((key) => key.variable === variable);
    const parent = KEYS.find((key) => key.key.kind === 'map' && variable.startsWith(`${key.variable}__`));
    if (exact !== undefined) settings.set(exact.path, { value: fromText(exact.key.kind, value), source: `env ${variable}` });
    else if (parent !== undefined) entries.push({ path: parent.path, entry: variable.slice(parent.variable.length + 2).toLowerCase(), value, variable });
    else problems.push(unknownVariable(variable, value));
  }
  return { settings, problems, entries };
};
