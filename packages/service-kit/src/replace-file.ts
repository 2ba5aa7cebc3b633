import { open, rename, rm } from 'node:fs/promises';

/**
 * Puts a text in the place of a file, mode 0600, synced before it takes the name: whoever reads it, also after a power cut, finds
 * the former text or this one, whole. For one writer a path at a time.
 */
export const replaceFile = async (path: string, text: string): Promise<void> => {
  const draft = `${path}.draft`;
  // One that was left behind may be readable for others.
  await rm(draft, { force: true });
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
};
