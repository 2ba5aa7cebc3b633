import { createHash } from 'node:crypto';
import type { ComposeSpec } from '../../workload/spec.ts';

const PROJECT = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/**
 * The Compose project of a workload: as the spec says, else the id. An id that Compose would not take (capitals, dots) gets
 * a name of its own, so that two ids never mean one project.
 */
export const projectName = (id: string, { projectName: asked }: Pick<ComposeSpec, 'projectName'>): string => {
  if (asked !== '') return asked;
  if (PROJECT.test(id)) return id;
  const plain = id.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '-').slice(0, 50);
  return `${plain}-${createHash('sha256').update(id).digest('hex').slice(0, 10)}`;
};
