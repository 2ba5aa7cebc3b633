import { isGone } from '../host-files.ts';
import type { HostFiles } from '../host-files.ts';

/** Text of a file that some kernels and controllers do not have; `undefined` where it is absent. */
export const textIfThere = (files: HostFiles, path: string): string | undefined => {
  try {
    return files.text(path);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
};
