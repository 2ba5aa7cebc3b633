import type { ConfigReference, ConfigSpec, EngineServiceSpec, SecretReference, SecretSpec, StackSpec } from '@axion/compose';
import { contentHash } from './stable-json.ts';

/** Docker takes 64 characters at most. */
const MAX_NAME = 64;
const HASH = 10;

/**
 * Configs and secrets never change on the engine, so each content gets a name of its own: `NAME-<hash>`. A changed content
 * is then a new object, the services that use it are updated, and the old one can still be rolled back to.
 */
export const withContentNames = (spec: StackSpec): StackSpec => {
  const secrets = new Map(spec.secrets.map((secret) => [secret.Name, contentName(secret)]));
  const configs = new Map(spec.configs.map((config) => [config.Name, contentName(config)]));
  return {
    ...spec,
    secrets: spec.secrets.map((secret) => ({ ...secret, Name: secrets.get(secret.Name)! })),
    configs: spec.configs.map((config) => ({ ...config, Name: configs.get(config.Name)! })),
    services: spec.services.map((service) => ({ ...service, spec: renamed(service.spec, secrets, configs) })),
  };
};

const contentName = ({ Name, ...content }: SecretSpec | ConfigSpec): string => `${Name.slice(0, MAX_NAME - HASH - 1)}-${contentHash(content, HASH)}`;

const renamed = (spec: EngineServiceSpec, secrets: ReadonlyMap<string, string>, configs: ReadonlyMap<string, string>): EngineServiceSpec => {
  const { ContainerSpec: container } = spec.TaskTemplate;
  const { Secrets, Configs, Privileges } = container;
  const credential = Privileges.CredentialSpec;
  return {
    ...spec,
    TaskTemplate: {
      ...spec.TaskTemplate,
      ContainerSpec: {
        ...container,
        ...(Secrets && { Secrets: Secrets.map((ref): SecretReference => ({ ...ref, SecretName: secrets.get(ref.SecretName) ?? ref.SecretName })) }),
        ...(Configs && { Configs: Configs.map((ref): ConfigReference => ({ ...ref, ConfigName: configs.get(ref.ConfigName) ?? ref.ConfigName })) }),
        ...(credential !== null && { Privileges: { ...Privileges, CredentialSpec: { ...credential, Config: configs.get(credential.Config) ?? credential.Config } } }),
      },
    },
  };
};
