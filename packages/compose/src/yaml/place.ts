import type { ComposePosition } from '../errors.ts';
import type { StackDocument } from './read-document.ts';
import { dotted, isList, isMap, type Path, type Value } from './value.ts';

/** Place of a key in the file that says most about it; of several the last, as that one decides when files are merged. */
export const placeIn = (documents: readonly StackDocument[], path: Path): ComposePosition => {
  let [found, deepest] = [documents[0], -1];
  for (const document of documents) {
    const depth = matchedDepth(document.root, path);
    if (depth >= deepest) [found, deepest] = [document, depth];
  }
  return { ...found?.position(path), key: dotted(path) };
};

const matchedDepth = (root: Value, path: Path): number => {
  let value: Value | undefined = root;
  for (const [depth, part] of path.entries()) {
    value = isMap(value) ? value.get(String(part)) : isList(value) ? value[Number(part)] : undefined;
    if (value === undefined) return depth;
  }
  return path.length;
};
