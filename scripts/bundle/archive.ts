import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import { tool } from './tool.ts';

/** What any `zstd` unpacks without being asked to; a larger window finds what the programs have in common. */
const WINDOW_LOG = 27;

/**
 * Packs a folder as `TARGET.tar.zst` and `TARGET.tar.gz`. Names are sorted, owners and times fixed, so that the same files
 * give the same bytes. A quick one is larger and made in seconds.
 */
export const pack = async (parent: string, folder: string, target: string, { epoch, quick }: { readonly epoch: number; readonly quick: boolean }, signal: AbortSignal): Promise<readonly string[]> => {
  const tar = `${target}.tar`;
  const fixed = ['--format=ustar', '--sort=name', `--mtime=@${epoch}`, '--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX'];
  await tool('tar', ['-C', parent, ...fixed, '-cf', tar, folder], { signal });
  try {
    await Promise.all([
      pipeline(
        createReadStream(tar),
        createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: quick ? 1 : 19, [constants.ZSTD_c_windowLog]: WINDOW_LOG, [constants.ZSTD_c_enableLongDistanceMatching]: quick ? 0 : 1, [constants.ZSTD_c_checksumFlag]: 1 } }),
        createWriteStream(`${target}.tar.zst`),
        { signal },
      ),
      // gzip itself: the zlib inside Node compresses differently on different processors.
      tool('gzip', ['-n', quick ? '-1' : '-9', '-k', '-f', tar], { signal }),
    ]);
  } finally {
    await rm(tar, { force: true });
  }
  return [`${target}.tar.zst`, `${target}.tar.gz`];
};
