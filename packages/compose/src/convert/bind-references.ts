import type { EngineServiceSpec } from '../spec/service-spec.ts';
import { ComposeError } from '../errors.ts';

/** Ids on the engine by name. */
export interface ReferenceIds {
  readonly networks: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, string>;
  readonly configs: ReadonlyMap<string, string>;
}

const idOf = (kind: 'secret' | 'config', ids: ReadonlyMap<string, string>, name: string): string => {
  const id = ids.get(name);
  if (id === undefined) throw new ComposeError('EXTERNAL', `${kind} not found: ${name}`);
  return id;
};

/**
 * The spec as the engine takes it, with ids in place of names. A network without an id keeps its name, which the engine
 * resolves too (predefined ones such as `host` have no other handle).
 * @throws ComposeError for a secret or config that does not exist.
 */
export const bindReferences = (spec: EngineServiceSpec, ids: ReferenceIds): EngineServiceSpec => {
  const { TaskTemplate: task } = spec;
  const { Secrets: secrets, Configs: configs, Privileges: privileges } = task.ContainerSpec;
  const credential = privileges.CredentialSpec;
  return {
    ...spec,
    TaskTemplate: {
      ...task,
      Networks: task.Networks.map((network) => ({ ...network, Target: ids.networks.get(network.Target) ?? network.Target })),
      ContainerSpec: {
        ...task.ContainerSpec,
        ...(secrets && { Secrets: secrets.map((ref) => ({ ...ref, SecretID: idOf('secret', ids.secrets, ref.SecretName) })) }),
        ...(configs && { Configs: configs.map((ref) => ({ ...ref, ConfigID: idOf('config', ids.configs, ref.ConfigName) })) }),
        ...(credential !== null &&
          credential.Config !== '' && {
            Privileges: { ...privileges, CredentialSpec: { ...credential, Config: idOf('config', ids.configs, credential.Config) } },
          }),
      },
    },
  };
};
