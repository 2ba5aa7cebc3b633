import type { ReadFile } from '../load-options.ts';
import type { FileObjectModel, StackModel } from '../model.ts';
import { byBytes, sortedEntries } from '../normalise/byte-order.ts';
import { present } from '../present.ts';
import { readSource } from '../read-source.ts';
import type { ConfigSpec, SecretSpec } from '../spec/stack-spec.ts';
import { scopedName, stackLabels } from './namespace.ts';

interface Context {
  readonly namespace: string;
  readonly readFile: ReadFile;
}

/**
 * Secrets to create, also those no service uses. A secret of a driver has no data of its own.
 * @throws ComposeError for a source that cannot be read.
 */
export const convertSecrets = ({ secrets }: StackModel, context: Context): readonly SecretSpec[] =>
  owned(secrets).map(([key, secret]) => ({
    ...annotated(key, secret, context),
    ...present({
      Data: secret.driver === undefined ? data('secrets', key, secret, context) : undefined,
      Driver: secret.driver === undefined ? undefined : { Name: secret.driver, ...options(secret) },
    }),
    ...templating(secret),
  })).sort((a, b) => byBytes(a.Name, b.Name));

/**
 * Configs to create, also those no service uses.
 * @throws ComposeError for a source that cannot be read.
 */
export const convertConfigs = ({ configs }: StackModel, context: Context): readonly ConfigSpec[] =>
  owned(configs)
    .map(([key, config]) => ({ ...annotated(key, config, context), ...present({ Data: data('configs', key, config, context) }), ...templating(config) }))
    .sort((a, b) => byBytes(a.Name, b.Name));

const owned = (objects: Readonly<Record<string, FileObjectModel>>): [string, FileObjectModel][] => sortedEntries(objects).filter(([, object]) => object.external !== true);

const annotated = (key: string, object: FileObjectModel, { namespace }: Context): { Name: string; Labels: Readonly<Record<string, string>> } => ({
  Name: scopedName(namespace, key, object.name),
  Labels: stackLabels(namespace, object.labels),
});

/** Base64 of the source; an empty one sends nothing, which the engine refuses. */
const data = (section: string, key: string, { file = '', content }: FileObjectModel, { readFile }: Context): string | undefined => {
  const bytes = content ?? readSource(readFile, file, { path: [section, key, 'file'], key: `${section}.${key}.file` });
  return Buffer.from(bytes).toString('base64') || undefined;
};

const options = ({ driverOpts }: FileObjectModel): { Options?: Readonly<Record<string, string>> } =>
  driverOpts === undefined || Object.keys(driverOpts).length === 0 ? {} : { Options: driverOpts };

const templating = ({ templateDriver }: FileObjectModel): { Templating?: { Name: string } } => (templateDriver === undefined ? {} : { Templating: { Name: templateDriver } });
