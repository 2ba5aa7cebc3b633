import type { DependencyCondition } from '../model.ts';
import type { Driver, EngineServiceSpec, Labels } from './service-spec.ts';

/** What POST /networks/create takes. The engine wants every field spelt out, so none is optional. */
export interface NetworkSpec {
  readonly Name: string;
  readonly CheckDuplicate: true;
  readonly Driver: string;
  readonly Scope: '';
  readonly Internal: boolean;
  readonly Attachable: boolean;
  readonly Ingress: false;
  readonly ConfigOnly: false;
  readonly ConfigFrom: null;
  readonly IPAM: { readonly Driver: string; readonly Options: null; readonly Config: readonly { readonly Subnet?: string }[] | null } | null;
  readonly Options: Labels | null;
  readonly Labels: Labels;
}

/** What POST /secrets/create takes. */
export interface SecretSpec {
  readonly Name: string;
  readonly Labels: Labels;
  /** Base64; absent when a driver holds the value. */
  readonly Data?: string;
  readonly Driver?: Driver;
  readonly Templating?: Driver;
}

/** What POST /configs/create takes. */
export interface ConfigSpec {
  readonly Name: string;
  readonly Labels: Labels;
  /** Base64. */
  readonly Data?: string;
  readonly Templating?: Driver;
}

export interface Dependency {
  /** Key of the service in the file. */
  readonly service: string;
  readonly condition: DependencyCondition;
}

export interface StackService {
  /** Its name in the file; `spec.Name` is this with the namespace before it. */
  readonly key: string;
  /** References (networks, secrets, configs, the credential spec's config) are names; see `bindReferences`. */
  readonly spec: EngineServiceSpec;
  /** The image exactly as written, as `com.docker.stack.image` records it. */
  readonly image: string;
  readonly dependsOn: readonly Dependency[];
}

/** Names of objects that the file calls external and that a service (or, for networks, an attachment) really needs. */
export interface ExternalObjects {
  readonly networks: readonly string[];
  readonly secrets: readonly string[];
  readonly configs: readonly string[];
}

/** Everything a stack file asks of the engine; lists are sorted by name, so equal files give equal values. */
export interface StackSpec {
  readonly namespace: string;
  readonly networks: readonly NetworkSpec[];
  readonly secrets: readonly SecretSpec[];
  readonly configs: readonly ConfigSpec[];
  readonly services: readonly StackService[];
  readonly external: ExternalObjects;
}
