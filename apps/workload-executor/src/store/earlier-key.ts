import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Whether there is a key of an earlier start, as a file or as a credential of systemd. To be asked before one is made. */
export const hasEarlierKey = async (file: string, env: Readonly<Record<string, string | undefined>> = process.env): Promise<boolean> => {
  const credentials = env['CREDENTIALS_DIRECTORY'];
  const places = [file, ...(credentials === undefined ? [] : [join(credentials, basename(file))])];
  const found = await Promise.all(places.map((place) => access(place).then(() => true, () => false)));
  return found.includes(true);
};
