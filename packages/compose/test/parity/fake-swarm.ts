import { bindReferences, type StackSpec } from '../../src/index.ts';
import type { ParityCase } from './parity-set.ts';

/** A write call as the parity set records it: names in place of ids. */
export interface FakeWrite {
  readonly kind: 'networks' | 'secrets' | 'configs' | 'services';
  readonly name: string;
  readonly body: object;
}

const PREDEFINED: readonly (readonly [string, string])[] = [
  ['ingress', 'swarm'],
  ['docker_gwbridge', 'local'],
  ['bridge', 'local'],
  ['host', 'local'],
  ['none', 'local'],
];

/** As much of a swarm as decides which calls a deploy makes: what exists by name. Ids are the names. */
export class FakeSwarm {
  readonly writes: FakeWrite[] = [];
  readonly #networks: Map<string, string>;
  readonly #secrets: Map<string, string>;
  readonly #configs: Map<string, string>;

  constructor({ pre }: ParityCase) {
    this.#networks = new Map([...PREDEFINED, ...(pre?.networks ?? []).map((name) => [name, 'swarm'] as const)]);
    this.#secrets = new Map((pre?.secrets ?? []).map((name) => [name, name]));
    this.#configs = new Map((pre?.configs ?? []).map((name) => [name, name]));
  }

  /** Scopes of the networks, by name. */
  get networks(): ReadonlyMap<string, string> {
    return this.#networks;
  }

  deploy(stack: StackSpec): void {
    for (const spec of stack.networks) {
      if (!this.#networks.has(spec.Name)) this.#write('networks', spec.Name, spec);
      this.#networks.set(spec.Name, 'swarm');
    }
    for (const spec of stack.secrets) {
      this.#secrets.set(spec.Name, spec.Name);
      this.#write('secrets', spec.Name, spec);
    }
    for (const spec of stack.configs) {
      this.#configs.set(spec.Name, spec.Name);
      this.#write('configs', spec.Name, spec);
    }
    const ids = { networks: new Map<string, string>(), secrets: this.#secrets, configs: this.#configs };
    for (const { spec } of stack.services) this.#write('services', spec.Name, bindReferences(spec, ids));
  }

  #write(kind: FakeWrite['kind'], name: string, body: object): void {
    this.writes.push({ kind, name, body });
  }
}
