import { bindReferences } from '@axion/compose';
import type { EngineServiceSpec, ReferenceIds } from '@axion/compose';

/** Ids by name, growing as objects are created. */
export class Ids implements ReferenceIds {
  readonly networks: Map<string, string>;
  readonly secrets: Map<string, string>;
  readonly configs: Map<string, string>;

  constructor(found: { readonly networks: ReadonlyMap<string, string>; readonly secrets: ReadonlyMap<string, string>; readonly configs: ReadonlyMap<string, string> }) {
    this.networks = new Map(found.networks);
    this.secrets = new Map(found.secrets);
    this.configs = new Map(found.configs);
  }

  /** The spec as the engine takes it. @throws {ComposeError} for a secret or config that does not exist */
  bind(spec: EngineServiceSpec): EngineServiceSpec {
    return bindReferences(spec, this);
  }
}
