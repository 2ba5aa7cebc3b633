import { isAlias, isMap, isScalar, isSeq, type Document, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { ComposeError, type ComposePosition } from '../errors.ts';
import { plainScalar } from './scalar.ts';
import { NonStringKeys, type Value } from './value.ts';

type At = (offset: number) => ComposePosition;
type Source = Pick<Document, 'contents'> | undefined;

/**
 * A YAML node as the value Docker sees: aliases followed, `<<` merged (own keys win, of several merged mappings the first),
 * tags other than YAML's own ignored.
 * @throws ComposeError for duplicate keys, keys that are collections, broken merges and aliases that go round or explode.
 */
export const decodeNode = (node: Node | null, document: Source, at: At): Value => new Decoder(document, at).value(node);

/** Share of nodes that may come from aliases in large documents: the guard of Go's yaml.v3 against "billion laughs". */
const allowedAliasShare = (decoded: number): number => (decoded <= 400_000 ? 0.99 : decoded >= 4_000_000 ? 0.1 : 0.99 - (0.89 * (decoded - 400_000)) / 3_600_000);
const MAX_DEPTH = 1_000;

/** Invariant: `open` holds exactly the anchored nodes whose aliases are being followed right now. */
class Decoder {
  readonly #document: Source;
  readonly #at: At;
  readonly #open = new Set<Node>();
  readonly #anchors = new Map<string, Node[]>();
  #anchorsKnown = false;
  #decoded = 0;
  #fromAliases = 0;
  #depth = 0;

  constructor(document: Source, at: At) {
    this.#document = document;
    this.#at = at;
  }

  value(node: Node | null): Value {
    this.#count(node);
    if (node === null) return null;
    if (isScalar(node)) return this.#scalar(node);
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.#fail(node, `nesting is too deep: more than ${MAX_DEPTH} levels`);
    try {
      if (isAlias(node)) return this.#follow(node, (target) => this.value(target));
      if (isSeq(node)) return node.items.map((item) => this.value(item as Node | null));
      if (isMap(node)) return this.#map(node as YAMLMap<Node, Node | null>);
    } finally {
      this.#depth -= 1;
    }
    return this.#fail(node, 'unknown kind of node');
  }

  #count(node: Node | null): void {
    this.#decoded += 1;
    if (this.#open.size > 0) this.#fromAliases += 1;
    if (this.#fromAliases > 100 && this.#decoded > 1_000 && this.#fromAliases / this.#decoded > allowedAliasShare(this.#decoded)) {
      this.#fail(node, 'document contains excessive aliasing');
    }
  }

  #scalar(node: Scalar): Value {
    const text = scalarText(node);
    switch (node.tag) {
      case undefined:
      case '!':
        return node.type === 'PLAIN' && node.tag === undefined ? plainScalar(text) : text;
      case 'tag:yaml.org,2002:int':
      case 'tag:yaml.org,2002:float':
      case 'tag:yaml.org,2002:bool':
      case 'tag:yaml.org,2002:null':
      case 'tag:yaml.org,2002:timestamp':
        return plainScalar(text);
      case 'tag:yaml.org,2002:binary':
        return Buffer.from(text, 'base64').toString();
      default:
        return text;
    }
  }

  #map(node: YAMLMap<Node, Node | null>): Value {
    this.#refuseDuplicates(node);
    const own = new Map<string, Value>();
    const merges: Pair<Node, Node | null>[] = [];
    let stringKeys = true;
    for (const pair of node.items) {
      if (isMergeKey(pair.key)) merges.push(pair);
      else {
        const key = this.#key(pair.key);
        if (typeof key === 'string') own.set(key, this.value(pair.value));
        else stringKeys = false;
      }
    }
    if (!stringKeys) return new NonStringKeys();
    for (const merge of merges) {
      const merged = this.#merge(merge.value);
      if (merged === undefined) return new NonStringKeys();
      for (const [key, value] of merged) if (!own.has(key)) own.set(key, value);
    }
    return own;
  }

  #key(node: Node): Value {
    const key = isAlias(node) ? this.#follow(node, (target) => this.value(target)) : isScalar(node) ? this.#scalar(node) : undefined;
    if (key === undefined || (typeof key === 'object' && (key instanceof Map || Array.isArray(key)))) return this.#fail(node, 'invalid map key');
    return key;
  }

  /** What `<<` brings in, or undefined when that has keys that are no strings. */
  #merge(node: Node | null): Map<string, Value> | undefined {
    if (node !== null && isAlias(node)) return this.#follow(node, (target) => this.#merge(target));
    if (node !== null && isMap(node)) {
      const value = this.value(node);
      return value instanceof Map ? (value as Map<string, Value>) : undefined;
    }
    if (node === null || !isSeq(node)) return this.#fail(node, 'map merge requires map or sequence of maps as the value');
    const merged = new Map<string, Value>();
    for (const item of node.items as (Node | null)[]) {
      const target = item !== null && isAlias(item) ? this.#follow(item, (found) => found) : item;
      if (target === null || !isMap(target)) return this.#fail(node, 'map merge requires map or sequence of maps as the value');
      const part = this.#merge(item);
      if (part === undefined) return undefined;
      for (const [key, value] of part) if (!merged.has(key)) merged.set(key, value);
    }
    return merged;
  }

  #follow<T>(alias: Node & { source: string }, then: (target: Node) => T): T {
    const target = this.#target(alias);
    if (target === undefined) return this.#fail(alias, `unknown anchor '${alias.source}' referenced`);
    if (this.#open.has(target)) return this.#fail(alias, `anchor '${alias.source}' value contains itself`);
    this.#open.add(target);
    try {
      return then(target);
    } finally {
      this.#open.delete(target);
    }
  }

  /** The last node before the alias that carries its anchor; anchors may be set again. */
  #target(alias: Node & { source: string }): Node | undefined {
    if (!this.#anchorsKnown) {
      this.#collectAnchors(this.#document?.contents as Node | null);
      this.#anchorsKnown = true;
    }
    const start = alias.range?.[0] ?? 0;
    return this.#anchors.get(alias.source)?.findLast((node) => (node.range?.[0] ?? 0) < start);
  }

  #collectAnchors(node: Node | null): void {
    if (node === null || isAlias(node)) return;
    const anchor = 'anchor' in node ? node.anchor : undefined;
    if (typeof anchor === 'string') this.#anchors.set(anchor, [...(this.#anchors.get(anchor) ?? []), node]);
    if (isSeq(node)) for (const item of node.items) this.#collectAnchors(item as Node | null);
    if (isMap(node)) for (const pair of node.items) {
      this.#collectAnchors(pair.key as Node | null);
      this.#collectAnchors(pair.value as Node | null);
    }
  }

  #refuseDuplicates(node: YAMLMap<Node, Node | null>): void {
    const seen = new Map<string, number>();
    for (const { key } of node.items) {
      if (!isScalar(key)) continue;
      const text = scalarText(key);
      const line = this.#at(key.range?.[0] ?? 0).line ?? 0;
      const before = seen.get(text);
      if (before !== undefined) {
        throw new ComposeError('YAML', `yaml: unmarshal errors:\n  line ${line}: mapping key ${JSON.stringify(text)} already defined at line ${before}`, this.#at(key.range?.[0] ?? 0));
      }
      seen.set(text, line);
    }
  }

  #fail(node: Node | null, problem: string): never {
    const place = this.#at(node?.range?.[0] ?? 0);
    throw new ComposeError('YAML', `yaml: line ${place.line}: ${problem}`, place);
  }
}

/** In the failsafe schema a scalar is a string, or null where nothing is written. */
const scalarText = (node: Scalar): string => (typeof node.value === 'string' ? node.value : '');

const isMergeKey = (key: Node | null): boolean => isScalar(key) && key.value === '<<' && key.type === 'PLAIN' && (key.tag === undefined || key.tag === 'tag:yaml.org,2002:merge');
