import { dirname } from 'node:path';
import { isGone } from '../host-files.ts';
import type { HostFiles } from '../host-files.ts';

/**
 * Whether nothing runs in a container's folder: an engine that was killed leaves folders behind, by the hundred, whose last
 * figures would look like containers that are idle. One that has put its processes into folders below is alive.
 *
 * @param processes the file that lists the container's processes
 */
export const isLeftBehind = (files: HostFiles, processes: string): boolean => {
  try {
    return files.text(processes) === '' && files.folders(dirname(processes)).length === 0;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
};
