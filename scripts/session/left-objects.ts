import { waitFor } from '@axion/testkit';
import type { EngineApi } from '@axion/testkit';
import { say } from '../setup/progress.mjs';

interface Listed {
  readonly Id?: string;
  readonly ID?: string;
  readonly Name?: string;
  readonly Names?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly Spec?: { readonly Name?: string; readonly Labels?: Readonly<Record<string, string>> };
}

// Users first, then what they use: a network or volume in use cannot be removed.
const KINDS = [
  { what: 'service', list: '/services', path: '/services/' },
  { what: 'container', list: '/containers/json?all=1', path: '/containers/', query: '?force=1&v=1' },
  { what: 'network', list: '/networks', path: '/networks/' },
  { what: 'secret', list: '/secrets', path: '/secrets/' },
  { what: 'config', list: '/configs', path: '/configs/' },
  { what: 'volume', list: '/volumes', path: '/volumes/', query: '?force=1' },
] as const;

/**
 * Removes objects that carry the session's id in their name or labels and were left on the engine, and names them: what
 * was interrupted, or a test that did not clean up after itself.
 */
export const removeLeftObjects = async (engine: EngineApi, id: string): Promise<void> => {
  for (const { what, list, path, ...rest } of KINDS) {
    // The swarm takes the containers of a service away a moment after the service.
    if (what === 'container') await waitFor(async () => (await leftOf(engine, list, id)).every(({ task }) => !task), { timeoutMs: 20_000, intervalMs: 200 }).catch(() => {});
    const left = await leftOf(engine, list, id);
    for (const { key, name } of left) {
      say(`  A Docker ${what} is still there and is removed: ${name}`);
      await removeOne(engine, `${path}${what === 'volume' ? name : key}${'query' in rest ? rest.query : ''}`);
    }
  }
};

interface LeftObject {
  readonly key: string;
  readonly name: string;
  /** Belongs to a service. */
  readonly task: boolean;
}

/** Objects of one kind that carry the session's id in their name or labels. */
const leftOf = async (engine: EngineApi, list: string, id: string): Promise<readonly LeftObject[]> => {
  const answer = await engine.call('GET', list).catch(() => []);
  const objects = (Array.isArray(answer) ? answer : ((answer as { Volumes?: unknown[] }).Volumes ?? [])) as Listed[];
  return objects.flatMap((object) => {
    const names = [object.Name ?? '', object.Spec?.Name ?? '', ...(object.Names ?? [])];
    const labels = { ...object.Labels, ...object.Spec?.Labels };
    if (![...names, ...Object.values(labels)].some((text) => text.includes(`-${id}-`))) return [];
    return [{ key: object.ID ?? object.Id ?? '', name: names.find((name) => name !== '') ?? '', task: 'com.docker.swarm.task.id' in labels }];
  });
};

/** A network is in use until the containers of a removed service have ended; the engine refuses it until then. */
const removeOne = async (engine: EngineApi, path: string): Promise<void> => {
  const deadline = performance.now() + 20_000;
  for (;;) {
    try {
      await engine.call('DELETE', path);
      return;
    } catch (error) {
      if (error instanceof Error && error.message.includes(': 404')) return;
      if (performance.now() > deadline) return say(`  it could not be removed: ${String(error)}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
};
