/** What statfs(2) says of a disk. */
export interface DiskBlocks {
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
}

/** As df(1) says it: what is used of what programs may use, percent. */
export const diskUsedPercent = ({ blocks, bfree, bavail }: DiskBlocks): number => {
  const used = blocks - bfree;
  return used + bavail === 0 ? 0 : Math.round((100 * used) / (used + bavail));
};
