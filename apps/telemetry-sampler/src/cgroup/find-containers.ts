import type { HostFiles } from '../host-files.ts';
import { containerIdOf, mayHoldContainers } from '../parse/container-path.ts';
import type { ContainerCgroup } from './container-usage.ts';
import { isGone } from '../host-files.ts';

const foldersIfThere = (files: HostFiles, path: string): readonly string[] => {
  try {
    return files.folders(path);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
};

/**
 * Docker's containers by their folders, two levels deep: `/docker/<id>`, `/system.slice/docker-<id>.scope`, and the same
 * below a cgroup parent of the user's own. A few folders are listed; the tree is not walked.
 *
 * @throws {AxionError} when the root cannot be listed
 */
export const findContainers = (files: HostFiles, root: string): ContainerCgroup[] =>
  files
    .folders(root)
    .filter(mayHoldContainers)
    .flatMap((parent) =>
      foldersIfThere(files, `${root}/${parent}`).flatMap((folder) => {
        const id = containerIdOf(folder);
        return id === undefined ? [] : [{ id, path: `/${parent}/${folder}` }];
      }),
    );
