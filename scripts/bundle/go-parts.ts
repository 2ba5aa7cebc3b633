import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Part } from './part.ts';
import { tool } from './tool.ts';

/** How Go writes upper case letters in the folders of its module cache. */
const escaped = (module: string): string => module.replaceAll(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);

/** The licence of a text by the words that only it has; licence files carry no identifier. */
export const licenseOf = (text: string): string | undefined => {
  if (/Apache License\s+Version 2\.0/i.test(text)) return 'Apache-2.0';
  if (/Neither the name of .+ (may|nor)/is.test(text) && /Redistribution and use/i.test(text)) return 'BSD-3-Clause';
  if (/Permission is hereby granted, free of charge/i.test(text)) return 'MIT';
  return undefined;
};

/** The modules that Go recorded in a program built from version `own` of its module, and Go's library. `changes` are those to its own. */
export const goParts = async (program: string, own: { readonly version: string; readonly changes: string }, inside: string, readText: (file: string) => Promise<string>): Promise<readonly Part[]> => {
  const [info, cache, goRoot] = await Promise.all([tool('go', ['version', '-m', program]), tool('go', ['env', 'GOMODCACHE']), tool('go', ['env', 'GOROOT'])]);
  const folderOf = (module: string, version: string): string => join(cache.trim(), `${escaped(module)}@${version}`);
  const modules = [...info.matchAll(/^\t(?:mod|dep)\t(\S+)\t(\S+)/gm)].map(([, name = '', recorded = '']) => {
    const built = recorded === '(devel)';
    const version = built ? own.version : recorded;
    return { name, version, folder: folderOf(name, version), ...(built ? { changes: own.changes } : {}) };
  });
  const toolchain = /: go(\S+)/.exec(info)?.[1] ?? '';
  const all: readonly Pick<Part, 'name' | 'version' | 'folder' | 'changes'>[] = [...modules, { name: 'std', version: toolchain, folder: goRoot.trim() }];
  return Promise.all(
    all.map(async ({ folder, ...module }): Promise<Part> => {
      const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
      return { ecosystem: 'golang', ...module, license: file === undefined ? undefined : licenseOf(await readText(join(folder, file))), folder, inside: [inside] };
    }),
  );
};
