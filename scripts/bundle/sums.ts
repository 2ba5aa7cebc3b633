import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** SHA-256 of a file, in hexadecimal. */
export const sha256 = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
};

/** Lines as `sha256sum -c` reads them. */
export const sumLines = (sums: readonly { readonly path: string; readonly sha256: string }[]): string => sums.map((sum) => `${sum.sha256}  ${sum.path}\n`).join('');
