import { isAlias, isMap, isScalar, isSeq, type Document, type Node } from 'yaml';
import type { Path } from './value.ts';

/**
 * Offset of the node that a path leads to; the last one found on the way when the rest came in by a merge or a short form.
 * Only used for messages, so it walks the tree when asked instead of keeping positions for every value.
 */
export const locate = (root: Node | null, document: Pick<Document, 'contents' | 'schema'> | undefined, path: Path): number => {
  let node = root;
  let offset = root?.range?.[0] ?? 0;
  for (const part of path) {
    if (node !== null && isAlias(node)) node = node.resolve(document as Document) ?? null;
    if (node !== null && isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (pair === undefined) return offset;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else if (node !== null && isSeq(node)) {
      const item = node.items[Number(part)] as Node | undefined;
      if (item === undefined) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else return offset;
  }
  return offset;
};
