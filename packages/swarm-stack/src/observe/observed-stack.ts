import type { FileObject, Network, Service } from '@axion/docker-engine';

/** What is on the engine: the stack's own objects, and the names of everything it may refer to. */
export interface ObservedStack {
  readonly services: readonly Service[];
  readonly networks: readonly Network[];
  readonly secrets: readonly FileObject[];
  readonly configs: readonly FileObject[];
  /** Secrets and configs of anybody: a file may name one that is there. */
  readonly fileObjects: { readonly secrets: readonly FileObject[]; readonly configs: readonly FileObject[] };
  readonly ids: {
    readonly networks: ReadonlyMap<string, string>;
    readonly secrets: ReadonlyMap<string, string>;
    readonly configs: ReadonlyMap<string, string>;
  };
  /** Services of anybody that are attached to the stack's networks, by the network's id; absent where nobody asked. */
  readonly networkUsers?: ReadonlyMap<string, readonly { readonly id: string; readonly name: string }[]>;
  /** Scope of every network, by name. */
  readonly networkScopes: ReadonlyMap<string, string>;
}

export const nothingObserved: ObservedStack = {
  services: [],
  networks: [],
  secrets: [],
  configs: [],
  fileObjects: { secrets: [], configs: [] },
  ids: { networks: new Map(), secrets: new Map(), configs: new Map() },
  networkScopes: new Map(),
};
