import { access, constants, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Container } from '@axion/docker-engine';
import type { ComposeRun } from './compose-command.ts';
import type { FormerProject } from './compose-home.ts';
import { COMPOSE_LABELS } from './project-view.ts';
import { ENV } from './write-revision.ts';

/** What containers that no record tells of say of where they came from, or `undefined` when there are none. Files that differ from container to container are no base. Pure. */
export const formerProject = (rows: readonly Container[]): FormerProject | undefined => {
  const [first, ...rest] = rows.map(({ labels }) => ({ directory: labels[COMPOSE_LABELS.directory] ?? '', files: labels[COMPOSE_LABELS.files] ?? '' }));
  if (first === undefined) return undefined;
  const isOne = isAbsolute(first.directory) && first.files !== '' && rest.every(({ directory, files }) => directory === first.directory && files === first.files);
  return { directory: first.directory, files: isOne ? first.files.split(',').map((file) => resolve(first.directory, file)) : [] };
};

/** How it is brought up again, or `undefined` when its files cannot be read. Variables are beside its file, as this agent or as a Persys node keeps them. */
export const formerRun = async (project: string, { directory, files }: FormerProject): Promise<ComposeRun | undefined> => {
  const [file] = files;
  if (file === undefined) return undefined;
  try {
    await access(directory, constants.R_OK | constants.X_OK);
    for (const each of files) await access(each, constants.R_OK);
    return { project, directory, files, env: await variablesOf(dirname(file)) };
  } catch {
    return undefined;
  }
};

const variablesOf = async (folder: string): Promise<Record<string, string>> => {
  const text = await readFile(join(folder, ENV), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  return text === undefined ? {} : (JSON.parse(text) as Record<string, string>);
};
