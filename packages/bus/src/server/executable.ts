import { accessSync, constants } from 'node:fs';

/** Whether this process may execute `file`. */
export const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
