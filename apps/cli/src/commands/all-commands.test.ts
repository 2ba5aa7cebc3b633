import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { newProgram } from '../program.ts';
import { addCommands } from './all-commands.ts';
import type { CommandContext } from './context.ts';

const ROOT = join(import.meta.dirname, '../../../..');
/** What people read: texts of the programs, their scripts, and the pages. `status.md` names what is still to be made. */
const TEXTS = globSync(['apps/*/{src,README.md}/**', 'packages/*/src/**', 'deploy/**', 'docs/**', '*.md'], { cwd: ROOT, exclude: (path) => /(^|\/)(node_modules|dist|gen)$/.test(path) }).filter(
  (path) => /\.(ts|md|sh|toml|ya?ml)$/.test(path) && path !== 'docs/status.md' && !path.endsWith('all-commands.test.ts'),
);

const program = newProgram('0');
addCommands(program, {} as CommandContext);

/** `axion …` as it stands in a quotation, in brackets, or as a line of a script or an example. */
const mentions = (text: string): readonly string[] =>
  [...text.matchAll(/(?:[`"'(]|^[ \t]*(?:sudo )?|(?:&&|\||;) )axion( +[^`"'()\n]*)/gm)].map(([, said = '']) => (said.trim().split(/ {2,}| [&|;>#]/)[0] ?? '').replaceAll(/[.,:;]+(?= |$)/g, ''));

const withParents = (command: Command): readonly Command[] => (command.parent === null ? [command] : [command, ...withParents(command.parent)]);

/** The first word of it that `axion` does not know. */
const unknownWord = (said: string): string | undefined => {
  let command = program;
  const words = said.split(' ').values();
  for (const word of words) {
    const flag = /^\[?(--[a-z][a-z-]*)/.exec(word)?.[1];
    if (flag !== undefined) {
      const option = withParents(command).flatMap(({ options }) => options).find(({ long }) => long === flag);
      if (option === undefined && flag !== '--help') return flag;
      if (option?.required === true && !word.includes('=')) words.next();
    } else if (command.commands.length > 0 && /^[a-z]/.test(word)) {
      const named = word.split(/\\?\|/).map((name) => ({ name, found: command.commands.find((known) => known.name() === name || known.aliases().includes(name)) }));
      const missing = named.find(({ found }) => found === undefined);
      if (missing !== undefined) return missing.name;
      const [only, ...others] = named;
      if (only?.found === undefined || others.length > 0) return undefined;
      command = only.found;
    }
  }
  return undefined;
};

test('every command that a text of the project advises is one that there is', () => {
  const said = TEXTS.flatMap((path) => mentions(readFileSync(join(ROOT, path), 'utf8')).map((words) => ({ path, words })));
  expect(said.length, 'the texts are found at all').toBeGreaterThan(50);
  expect(said.flatMap(({ path, words }) => {
    const unknown = unknownWord(words);
    return unknown === undefined ? [] : [`${path}: axion ${words}: there is no ${unknown}`];
  })).toEqual([]);
});

test.each(['swarm init', 'status --watch', '--config FILE stack start', 'stack ls|start', 'dlq replay --everything'])('axion %s would be noticed', (words) => {
  expect(unknownWord(words)).toBeDefined();
});
