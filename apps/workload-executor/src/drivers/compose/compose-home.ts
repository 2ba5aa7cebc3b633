import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
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

/** What is kept of a workload beside its containers. */
export interface ProjectState {
  readonly id: string;
  readonly project: string;
  /** The last that came up. */
  readonly good?: StoredRevision;
  /** Begun and not known to have ended: until it is gone, what stands may be a mixture. */
  readonly attempt?: StoredRevision;
}

const STATE = 'state.json';

/**
 * The files of all Compose workloads, one folder each: `state.json`, a folder for each revision that matters (the last good
 * one and the one being put in its place), and `files`, where relative paths of the Compose file lead to.
 *
 * Invariants: everything is readable by the agent's user alone; `state.json` changes in one step and is on disk before
 * what it announces is begun; this process alone writes.
 */
export class ComposeHome {
  readonly #root: string;
  readonly #log: Logger;
  #states: Promise<Map<string, ProjectState>> | undefined;

  constructor(root: string, log: Logger) {
    this.#root = root;
    this.#log = log;
  }

  /** Paths of a Compose file are relative to this folder, whatever its revision. */
  directory(id: string): string {
    return join(this.#root, id, 'files');
  }

  async states(): Promise<ReadonlyMap<string, ProjectState>> {
    return (this.#states ??= this.#load());
  }

  /** Of all folders, also those without a record. */
  async ids(): Promise<readonly string[]> {
    return readdir(this.#root).catch(() => []);
  }

  async state(id: string): Promise<ProjectState | undefined> {
    return (await this.states()).get(id);
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

  /** Removes the files of revisions that no longer matter; without a record, none does. */
  async tidy(id: string): Promise<void> {
    const state = await this.state(id);
    if (state === undefined) return this.forget(id);
    const kept = new Set([state?.good?.folder, state?.attempt?.folder]);
    const names = await readdir(join(this.#root, id)).catch(() => []);
    for (const name of names.filter((entry) => entry.startsWith('revision-'))) {
      const folder = join(this.#root, id, name);
      if (!kept.has(folder)) await rm(folder, { recursive: true, force: true });
    }
  }

  async forget(id: string): Promise<void> {
    await rm(join(this.#root, id), { recursive: true, force: true });
    (await this.#loaded()).delete(id);
  }

  #loaded(): Promise<Map<string, ProjectState>> {
    return (this.#states ??= this.#load());
  }

  async #load(): Promise<Map<string, ProjectState>> {
    const found = new Map<string, ProjectState>();
    for (const id of await this.ids()) {
      const path = join(this.#root, id, STATE);
      const text = await readFile(path, 'utf8').catch(() => undefined);
      if (text === undefined) continue;
      try {
        const state = JSON.parse(text) as ProjectState;
        if (state.id === id) found.set(id, state);
      } catch {
        this.#log.error({ workload: id, file: path }, 'the record of a Compose workload is damaged and set aside; its containers are looked at without it');
        await rename(path, `${path}.damaged`).catch(() => undefined);
      }
    }
    return found;
  }
}
