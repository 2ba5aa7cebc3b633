import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AxionError } from '@axion/core';
import { replaceFile } from '@axion/service-kit';
import type { Logger } from '@axion/service-kit';
import type { DesiredState } from '../../workload/spec.ts';
import type { ServiceFacts } from './resolved-project.ts';

/** A revision's files: all it takes to bring it up again. */
export interface StoredRevision {
  readonly revision: string;
  readonly memo: string;
  readonly desired: DesiredState;
  /** The folder of its files. */
  readonly folder: string;
  readonly services: readonly ServiceFacts[];
  /** What it takes to bring it up again. */
  readonly images?: readonly string[];
}

/** What stood before the first attempt and has no record: another agent's, or ours whose record was lost. It is never removed to make way. */
export interface FormerProject {
  readonly directory: string;
  /** The Compose files that its containers name; none: nobody can bring it up again. */
  readonly files: readonly string[];
}

/** What is kept of a workload beside its containers. */
export interface ProjectState {
  readonly id: string;
  readonly project: string;
  /** The last that came up. */
  readonly good?: StoredRevision;
  /** Begun and not known to have ended: until it is gone, what stands may be a mixture. */
  readonly attempt?: StoredRevision;
  readonly former?: FormerProject;
}

const STATE = 'state.json';
const DAMAGED = `${STATE}.damaged`;
const FILES = 'files';
const isRevision = (name: string): boolean => name.startsWith('revision-');

/**
 * The files of all Compose workloads, one folder each: `state.json`, a folder for each revision that matters (the last good
 * one and the one being put in its place), and `files`, where relative paths of the Compose file lead to.
 *
 * Invariants: everything is readable by the agent's user alone; `state.json` changes in one step and is on disk before
 * what it announces is begun; this process alone writes, but for `files`: what containers put there is data, and nothing
 * here removes it. A record that cannot be read is not a record that is absent.
 */
export class ComposeHome {
  readonly #root: string;
  readonly #log: Logger;
  #states: Promise<Map<string, ProjectState>> | undefined;
  readonly #unreadable = new Map<string, AxionError>();

  constructor(root: string, log: Logger) {
    this.#root = root;
    this.#log = log;
  }

  /** Paths of a Compose file are relative to this folder, whatever its revision. */
  directory(id: string): string {
    return join(this.#root, id, FILES);
  }

  /** Those that could be read; of the others tells `unreadable`. */
  async states(): Promise<ReadonlyMap<string, ProjectState>> {
    const states = await this.#loaded();
    for (const id of this.#unreadable.keys()) await this.#read(id, states);
    return states;
  }

  /** Records that are there, and of which nothing is known. */
  async unreadable(): Promise<ReadonlyMap<string, AxionError>> {
    await this.states();
    return this.#unreadable;
  }

  /** Of all folders, also those without a record. */
  async ids(): Promise<readonly string[]> {
    return namesIn(this.#root);
  }

  /** @throws {AxionError} `UNAVAILABLE` when it cannot be read: it may well be there */
  async state(id: string): Promise<ProjectState | undefined> {
    const state = (await this.states()).get(id);
    const unknown = this.#unreadable.get(id);
    if (unknown !== undefined) throw unknown;
    return state;
  }

  async save(state: ProjectState): Promise<void> {
    await mkdir(join(this.#root, state.id), { recursive: true, mode: 0o700 });
    await replaceFile(join(this.#root, state.id, STATE), JSON.stringify(state));
    (await this.#loaded()).set(state.id, state);
  }

  /** Where the files of a revision go; the same revision has the same place. */
  folder(id: string, { revision, memo }: { readonly revision: string; readonly memo: string }): string {
    const hash = createHash('sha256').update(`${revision.length}:${revision}${memo}`).digest('hex').slice(0, 16);
    return join(this.#root, id, `revision-${hash}`);
  }

  async write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const [name, text] of Object.entries(files)) await replaceFile(join(folder, name), text);
  }

  async prepareDirectory(id: string): Promise<void> {
    await mkdir(this.directory(id), { recursive: true, mode: 0o700 });
  }

  /**
   * Removes the files of revisions that no longer matter; without a record none does, unless it was damaged: then they are
   * all there is to go back to. Data stays.
   */
  async tidy(id: string): Promise<void> {
    const state = await this.state(id);
    const names = await namesIn(join(this.#root, id));
    if (state === undefined && names.includes(DAMAGED)) return;
    const kept = new Set([state?.good?.folder, state?.attempt?.folder, ...(state?.former?.files ?? []).map(dirname)]);
    for (const folder of names.filter(isRevision).map((name) => join(this.#root, id, name))) {
      if (!kept.has(folder)) await rm(folder, { recursive: true, force: true });
    }
  }

  /**
   * Removes what the agent itself wrote, and folders that are empty. No container of it may stand any more.
   *
   * @returns whether data is left in `directory(id)`
   */
  async forget(id: string): Promise<boolean> {
    const home = join(this.#root, id);
    for (const name of [STATE, `${STATE}.draft`, DAMAGED]) await rm(join(home, name), { force: true });
    for (const name of (await namesIn(home)).filter(isRevision)) await rm(join(home, name), { recursive: true, force: true });
    (await this.#loaded()).delete(id);
    this.#unreadable.delete(id);
    const isLeft = !(await removeEmpty(this.directory(id)));
    await removeEmpty(home);
    return isLeft;
  }

  #loaded(): Promise<Map<string, ProjectState>> {
    return (this.#states ??= this.#load());
  }

  async #load(): Promise<Map<string, ProjectState>> {
    const found = new Map<string, ProjectState>();
    try {
      for (const id of await this.ids()) await this.#read(id, found);
      return found;
    } catch (error) {
      this.#states = undefined;
      throw error;
    }
  }

  async #read(id: string, into: Map<string, ProjectState>): Promise<void> {
    const path = join(this.#root, id, STATE);
    let text: string | undefined;
    try {
      text = await readFile(path, 'utf8').catch(unlessAbsent);
    } catch (error) {
      this.#unreadable.set(id, new AxionError('UNAVAILABLE', `the record of the Compose workload cannot be read: ${path}`, { reason: 'RECORD_UNREADABLE', cause: error }));
      return;
    }
    this.#unreadable.delete(id);
    if (text === undefined) return;
    try {
      const state = JSON.parse(text) as ProjectState;
      if (state.id === id) into.set(id, state);
    } catch {
      this.#log.error({ workload: id, file: path }, 'the record of a Compose workload is damaged and set aside; its containers are looked at without it');
      await rename(path, join(this.#root, id, DAMAGED)).catch(() => undefined);
    }
  }
}

const unlessAbsent = (error: unknown): undefined => {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
};

const namesIn = async (folder: string): Promise<readonly string[]> => (await readdir(folder).catch(unlessAbsent)) ?? [];

/** Removes a folder when neither it nor any within it holds a file: beside data, an empty folder is data too. @returns whether it is gone */
const removeEmpty = async (folder: string): Promise<boolean> => {
  const folders = await foldersAlone(folder).catch((): undefined => undefined);
  if (folders === undefined) return false;
  try {
    for (const each of folders) await rmdir(each);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
};

/** A folder after all those within it, or `undefined` when there is anything else. */
const foldersAlone = async (folder: string): Promise<readonly string[] | undefined> => {
  const found: string[] = [];
  for (const entry of (await readdir(folder, { withFileTypes: true }).catch(unlessAbsent)) ?? []) {
    const within = entry.isDirectory() ? await foldersAlone(join(folder, entry.name)) : undefined;
    if (within === undefined) return undefined;
    found.push(...within);
  }
  return [...found, folder];
};
