import type { ConfigSpec, EngineServiceSpec, NetworkSpec, SecretSpec } from '@axion/compose';
import type { FileObject } from '@axion/docker-engine';

/** A field that differs, as a dotted path into the engine's spec. Never a value. */
export type FieldPath = string;

interface ServiceChange {
  /** Name in the stack file. */
  readonly key: string;
  readonly name: string;
  readonly id: string;
  readonly version: number;
  readonly spec: EngineServiceSpec;
  readonly changed: readonly FieldPath[];
}

/** One step from what is found to what is wanted. Plain data; specs refer to other objects by name. */
export type Step =
  | { readonly action: 'create-network'; readonly name: string; readonly spec: NetworkSpec }
  /** Differs, and stays as it is: the engine cannot change a network, and services hang on it. */
  | { readonly action: 'keep-network'; readonly name: string; readonly changed: readonly FieldPath[] }
  /** Differs, nothing else uses it, and the file's owner allows it: its services are removed, and it is created anew before them. */
  | { readonly action: 'replace-network'; readonly name: string; readonly id: string; readonly spec: NetworkSpec; readonly changed: readonly FieldPath[]; readonly services: readonly string[] }
  | { readonly action: 'create-secret'; readonly name: string; readonly spec: SecretSpec }
  | { readonly action: 'create-config'; readonly name: string; readonly spec: ConfigSpec }
  /** Gets the file's labels: nothing else of it can be changed. */
  | { readonly action: 'relabel-secret'; readonly name: string; readonly present: FileObject; readonly spec: SecretSpec }
  | { readonly action: 'relabel-config'; readonly name: string; readonly present: FileObject; readonly spec: ConfigSpec }
  | { readonly action: 'create-service'; readonly key: string; readonly name: string; readonly spec: EngineServiceSpec }
  | ({ readonly action: 'update-service' } & ServiceChange)
  /** Removed and created again: the engine cannot change a service's mode. */
  | ({ readonly action: 'replace-service' } & ServiceChange)
  | { readonly action: 'remove-service' | 'remove-network' | 'remove-secret' | 'remove-config'; readonly name: string; readonly id: string };

export type StepOf<A extends Step['action']> = Extract<Step, { readonly action: A }>;
export type ServiceStep = StepOf<'create-service' | 'update-service' | 'replace-service'>;
export type RemovalStep = StepOf<'remove-service' | 'remove-network' | 'remove-secret' | 'remove-config'>;

export const isServiceStep = (step: Step): step is ServiceStep => step.action === 'create-service' || step.action === 'update-service' || step.action === 'replace-service';

/** Removals wait until the new services run. */
export const isRemoval = (step: Step): step is RemovalStep => step.action.startsWith('remove-');

/** Whether the step changes anything on the engine. */
export const isWrite = (step: Step): boolean => step.action !== 'keep-network';
