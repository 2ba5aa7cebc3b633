import { convertStack, loadStack, ComposeError } from '@axion/compose';
import type { AxionExtension, EngineServiceSpec, Labels, StackService, StackSpec } from '@axion/compose';
import { AxionError, stackName } from '@axion/core';
import { assertDeployable, contentHash, LABELS, withContentNames } from '@axion/swarm-stack';
import type { ProjectFiles } from './project-files.ts';
import type { StackInput } from './stack-input.ts';

/** What a project asks of the engine: the stack file's content under the agent's rules. */
export interface WantedStack extends StackSpec {
  readonly projectId: string;
  readonly deploymentId: string;
  readonly axion: AxionExtension;
  /** Lines for people: keys that Swarm ignores, and the like. */
  readonly warnings: readonly string[];
  /** Equal inputs give equal hashes, whatever the deployment is called. */
  readonly hash: string;
}

/**
 * Reads a project's stack file: interpolation, conversion, content-hashed names, labels.
 *
 * @param loginMark the value of the login label for an image's registry, if there is a login
 * @throws {AxionError} `INVALID_ARGUMENT` naming file, line, key and reason
 */
export const readStack = (input: StackInput, files: ProjectFiles, loginMark: (image: string) => string | undefined): WantedStack => {
  try {
    const { model, warnings } = loadStack({
      files: [{ name: 'docker_stack_yml', text: input.file }],
      workingDir: files.folder,
      environment: input.env,
      readFile: files.read,
      dialect: 'agent',
    });
    const spec = withContentNames(convertStack(model, { namespace: stackName(input.projectId), readFile: files.read }));
    assertDeployable(spec);
    const scaled = spec.services.map((service) => withReplicas(service, input.scaled?.[service.key]));
    return {
      ...labelled({ ...spec, services: scaled }, input, loginMark),
      projectId: input.projectId,
      deploymentId: input.deploymentId,
      axion: model.axion,
      warnings: warnings.map(({ text }) => text),
      hash: contentHash({ ...spec, services: scaled }, 16),
    };
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    throw new AxionError('INVALID_ARGUMENT', error.describe(), { reason: `STACK_${error.reason ?? 'INVALID'}`, retryable: false, details: error.details, cause: error });
  }
};

const labelled = (spec: StackSpec, input: StackInput, loginMark: (image: string) => string | undefined): StackSpec => {
  const own = (content: unknown): Labels => ({
    [LABELS.project]: input.projectId,
    [LABELS.deployment]: input.deploymentId,
    [LABELS.specHash]: contentHash(content, 16),
  });
  const add = <T extends { readonly Labels: Labels }>(object: T): T => ({ ...object, Labels: { ...object.Labels, ...own(object) } });
  return {
    ...spec,
    networks: spec.networks.map(add),
    secrets: spec.secrets.map(add),
    configs: spec.configs.map(add),
    services: spec.services.map((service) => {
      const mark = loginMark(service.image);
      return { ...service, spec: serviceLabelled(service.spec, { ...own(service.spec), ...(mark === undefined ? {} : { [LABELS.login]: mark }) }, input.projectId) };
    }),
  };
};

/** The project's id stands on the containers too, for whoever looks at them alone; the deployment's does not: it would restart them for nothing. */
const serviceLabelled = (spec: EngineServiceSpec, labels: Labels, projectId: string): EngineServiceSpec => ({
  ...spec,
  Labels: { ...spec.Labels, ...labels },
  TaskTemplate: {
    ...spec.TaskTemplate,
    ContainerSpec: { ...spec.TaskTemplate.ContainerSpec, Labels: { ...spec.TaskTemplate.ContainerSpec.Labels, [LABELS.project]: projectId } },
  },
});

const withReplicas = (service: StackService, replicas: number | undefined): StackService =>
  replicas === undefined || service.spec.Mode.Replicated === undefined ? service : { ...service, spec: { ...service.spec, Mode: { Replicated: { Replicas: replicas } } } };
