import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxionError } from '@axion/core';
import { stringify } from 'yaml';
import { LABELS } from '../../workload/labels.ts';
import type { Wanted } from '../driver.ts';
import { redact } from '../program/redact.ts';
import type { ComposeRun } from './compose-command.ts';
import type { StoredRevision } from './compose-home.ts';
import type { ComposeParts } from './compose-parts.ts';
import { composeText, secretsOf } from './compose-text.ts';
import { projectName } from './project-name.ts';
import { COMPOSE_TYPE } from './project-rows.ts';
import { resolvedProject } from './resolved-project.ts';
import type { ResolvedProject } from './resolved-project.ts';

const FILE = 'compose.yml';
const LABELS_FILE = 'labels.yml';
/** Beside the Compose file: its variables. */
export const ENV = 'env.json';
/** Of a resolved file. */
const MAX_RESOLVED_BYTES = 4 * 1024 * 1024;

/** A revision whose files are on disk and that Compose has read. */
export interface WrittenRevision {
  readonly stored: StoredRevision;
  readonly run: ComposeRun;
  readonly resolved: ResolvedProject;
  /** To be taken out of whatever Compose prints. */
  readonly secrets: readonly string[];
}

/**
 * Puts a revision's files on disk and lets Compose read them. A second file gives every container the workload's label; it
 * carries no revision, so that a service which does not change is not made anew.
 *
 * @throws {AxionError} `INVALID_ARGUMENT` in Compose's own words, without values of the environment
 */
export const writeRevision = async ({ compose, home, owner }: Pick<ComposeParts, 'compose' | 'home' | 'owner'>, wanted: Wanted<'compose'>, signal: AbortSignal): Promise<WrittenRevision> => {
  const { id, spec } = wanted;
  const folder = home.folder(id, wanted);
  const secrets = secretsOf(spec);
  // One that stands keeps its name: its volumes carry it.
  const project = (await home.state(id))?.project ?? projectName(id);
  await home.prepareDirectory(id);
  await home.write(folder, { [FILE]: composeText(spec), [ENV]: JSON.stringify(spec.env) });
  const bare: ComposeRun = { project, directory: home.directory(id), files: [join(folder, FILE)], env: spec.env };
  const { code, stdout, stderr } = await compose.run(bare, ['config'], signal, MAX_RESOLVED_BYTES);
  if (code !== 0) {
    const words = redact(stderr.trim(), secrets).replaceAll(folder, '').slice(-1000);
    throw new AxionError('INVALID_ARGUMENT', `spec.compose.compose_yaml is refused by Compose: ${words}`, { reason: 'INVALID_SPEC', details: { field: 'spec.compose.compose_yaml' } });
  }
  const profiles = (spec.env['COMPOSE_PROFILES'] ?? '').split(',').map((name) => name.trim());
  const resolved = resolvedProject(stdout, profiles);
  const labels = { [LABELS.workload]: id, [LABELS.type]: COMPOSE_TYPE, [LABELS.owner]: owner };
  const marked = Object.fromEntries(resolved.services.map(({ name }) => [name, { labels }]));
  await home.write(folder, { [LABELS_FILE]: stringify({ ...(resolved.version === undefined ? {} : { version: await versionOf(folder) }), services: marked }) });
  const stored: StoredRevision = { revision: wanted.revision, memo: wanted.memo, desired: wanted.desired, folder, services: resolved.services, images: resolved.images };
  return { stored, run: { ...bare, files: [join(folder, FILE), join(folder, LABELS_FILE)] }, resolved, secrets };
};

/** Compose v1 wants the very version of the first file, or none where it has none; what it prints is another. */
const versionOf = async (folder: string): Promise<string | undefined> => /^version:\s*["']?([\w.]+)/m.exec(await readFile(join(folder, FILE), 'utf8'))?.[1];

/** How a revision that is on disk is run again. */
export const storedRun = async ({ home }: Pick<ComposeParts, 'home'>, id: string, project: string, { folder }: StoredRevision): Promise<ComposeRun> => ({
  project,
  directory: home.directory(id),
  files: [join(folder, FILE), join(folder, LABELS_FILE)],
  env: JSON.parse(await readFile(join(folder, ENV), 'utf8')) as Record<string, string>,
});
