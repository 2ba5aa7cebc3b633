import { closestWord, didYouMean } from '@axion/core';
import type { ConfigFile } from './config-file.ts';
import { shown, soundsSecret } from './problem.ts';
import { KEYS, SCHEMA } from './schema.ts';
import type { Findings, Setting } from './setting.ts';

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

const unknownKey = (file: string, section: string, name: string, value: unknown): string => {
  const known = KEYS.filter((key) => key.section === section);
  const names = known.map((key) => key.name);
  const meant = known.find((key) => key.name === closestWord(name, names));
  const hidden = soundsSecret(name) || meant?.key.secret === true || isTable(value);
  const hint = meant === undefined ? `; [${section}] knows ${names.join(', ')}` : didYouMean(meant.name);
  return `${file}: unknown key ${section}.${name}${hidden ? '' : ` = ${shown(value)}`}${hint}`;
};

/** What a file sets. */
export const fileSettings = (file: ConfigFile): Findings => {
  const settings = new Map<string, Setting>();
  const problems: string[] = [];
  for (const [section, table] of Object.entries(file.tables)) {
    if (!Object.hasOwn(SCHEMA, section)) {
      problems.push(`${file.path}: unknown section [${section}]${didYouMean(closestWord(section, Object.keys(SCHEMA))) || `; known are ${Object.keys(SCHEMA).join(', ')}`}`);
    } else if (!isTable(table)) {
      problems.push(`${file.path}: ${section} must be a section: [${section}]`);
    } else {
      for (const [name, value] of Object.entries(table)) {
        const path = `${section}.${name}`;
        if (KEYS.some((key) => key.path === path)) settings.set(path, { value, source: 'file' });
        else problems.push(unknownKey(file.path, section, name, value));
      }
    }
  }
  return { settings, problems };
};
