import { createHash } from 'node:crypto';

const PROJECT = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/**
 * The Compose project of a workload: its id, whatever the spec calls it, for a scheduler names many workloads alike. An id
 * that Compose would not take (capitals, dots) gets a name of its own, so that two ids never mean one project.
 */
export const projectName = (id: string): string => {
  if (PROJECT.test(id)) return id;
  const plain = id.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '-').slice(0, 50);
  return `${plain}-${createHash('sha256').update(id).digest('hex').slice(0, 10)}`;
};
