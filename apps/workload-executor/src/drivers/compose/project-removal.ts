import { VOLUME_LABELS } from '../volumes/container-volumes.ts';
import type { ComposeParts } from './compose-parts.ts';
import { COMPOSE_LABELS } from './project-view.ts';
import { partOf, rowsOf } from './project-rows.ts';

/** Before a container is ended by force, seconds. */
export const GRACE_SECONDS = 10;

/**
 * Removes what a project left on the engine: its containers, then its networks, and of its volumes those whose label says
 * so. Done by labels and not by the file, which may be lost or never have been good.
 */
export const removeProject = async (parts: Pick<ComposeParts, 'engine' | 'owner'>, id: string, project: string | undefined, data: boolean, signal: AbortSignal): Promise<void> => {
  const { containers, networks, volumes } = parts.engine;
  const rows = await rowsOf(parts, id, signal);
  const name = project ?? rows[0]?.labels[COMPOSE_LABELS.project];
  await Promise.all(rows.map((row) => containers.stop(row.id, GRACE_SECONDS, signal)));
  for (const row of rows) await containers.remove(row.id, signal);
  if (name === undefined) return;
  const ofProject = { label: [`${COMPOSE_LABELS.project}=${name}`] };
  // The name alone is no proof: somebody may have made a project of the same name by hand since.
  const others = await containers.list(ofProject, signal);
  if (others.some((row) => partOf(row) !== id)) return;
  for (const row of others) await containers.remove(row.id, signal);
  for (const network of await networks.list(ofProject, signal)) await networks.remove(network.id, signal);
  if (!data) return;
  for (const volume of await volumes.list(ofProject, signal)) {
    if (volume.labels[VOLUME_LABELS.retain] === 'delete') await volumes.remove(volume.name, signal);
  }
};
