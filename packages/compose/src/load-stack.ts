import { axionExtension } from './axion-extension.ts';
import { checkImages } from './check-images.ts';
import { ComposeError } from './errors.ts';
import { ignoredKeyWarnings, refuseForbiddenKeys } from './ignored-keys.ts';
import { interpolate } from './interpolate/interpolate.ts';
import type { Dialect, LoadOptions, Warning } from './load-options.ts';
import { mergeStacks } from './merge/merge-stacks.ts';
import type { StackModel } from './model.ts';
import { byBytes } from './normalise/byte-order.ts';
import type { ReadContext } from './normalise/read-context.ts';
import { serviceOf } from './normalise/service.ts';
import { configsOf, networksOf, secretsOf, volumesOf } from './normalise/top-level.ts';
import { checkDocument, versionOf } from './schema/check-document.ts';
import { readDocument, type StackDocument } from './yaml/read-document.ts';
import { placeIn } from './yaml/place.ts';
import { isMap, type ValueMap } from './yaml/value.ts';

export interface LoadedStack {
  readonly model: StackModel;
  readonly warnings: readonly Warning[];
  /** Adds file, line and key to a refusal of `convertStack`, which no longer sees the files. */
  locate(error: ComposeError): ComposeError;
}

/**
 * Reads stack files into one model: YAML → interpolation → schema → normalising → merging.
 * @throws ComposeError for everything that is wrong with the files; nothing else.
 */
export const loadStack = (options: LoadOptions): LoadedStack => {
  const dialect = options.dialect ?? 'docker';
  const documents = options.files.map(({ name, text }) => readDocument(name, text));
  const notes = new Set<string>();
  const models = documents.map((document) => {
    refuseOtherVersion(document, documents);
    return loadDocument(document, dialect, options, (text) => notes.add(text));
  });
  const [first, ...rest] = models;
  if (first === undefined) throw new ComposeError('FILE', 'Specify a Compose file (with --compose-file)');
  const model = rest.reduce(mergeStacks, first);
  const warnings = [...[...notes].map((text): Warning => ({ kind: 'other', keys: [], text })), ...ignoredKeyWarnings(documents)];
  checkImages(model, documents);
  const locate = (error: ComposeError): ComposeError => (error.where.path === undefined ? error : error.at(placeIn(documents, error.where.path)));
  return { model, warnings, locate };
};

const refuseOtherVersion = (document: StackDocument, [first]: readonly StackDocument[]): void => {
  const [expected, version] = [versionOf((first ?? document).root), versionOf(document.root)];
  if (version !== expected) {
    throw new ComposeError('VERSION', `version mismatched between two composefiles : ${expected} and ${version}`, { ...document.position(['version']), key: 'version' });
  }
};

const loadDocument = (document: StackDocument, dialect: Dialect, options: LoadOptions, warn: (text: string) => void): StackModel => {
  refuseForbiddenKeys(document);
  const { environment, workingDir, readFile } = options;
  const lookup = (name: string): string | undefined => (Object.hasOwn(environment, name) ? environment[name] : undefined);
  const root = interpolate(document, { lookup, strict: dialect === 'agent' });
  const version = versionOf(document.root);
  checkDocument(root, version, document, dialect);
  const context: ReadContext = { document, minor: Number(version.slice(2)), dialect, workingDir, lookup, readFile, warn };
  return {
    version,
    services: servicesOf(root, context),
    networks: networksOf(root, context),
    volumes: volumesOf(root, context),
    secrets: secretsOf(root, context),
    configs: configsOf(root, context),
    axion: axionExtension(root, document, dialect),
  };
};

const servicesOf = (root: ValueMap, context: ReadContext): StackModel['services'] => {
  const services = root.get('services');
  if (!isMap(services)) return [];
  return [...services].flatMap(([name, map]) => (isMap(map) ? [serviceOf(name, map, context)] : [])).sort((a, b) => byBytes(a.name, b.name));
};
