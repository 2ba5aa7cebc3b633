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
    const answer = await engine.call('GET', list).catch(() => []);
    const objects = (Array.isArray(answer) ? answer : ((answer as { Volumes?: unknown[] }).Volumes ?? [])) as Listed[];
    const removed: string[] = [];
    for (const object of objects) {
      const names = [object.Name ?? '', object.Spec?.Name ?? '', ...(object.Names ?? [])];
      const labels = Object.values({ ...object.Labels, ...object.Spec?.Labels });
      if (![...names, ...labels].some((text) => text.includes(`-${id}-`))) continue;
      say(`  A Docker ${what} is still there and is removed: ${names.find((name) => name !== '') ?? ''}`);
      const key = what === 'volume' ? (object.Name ?? '') : (object.ID ?? object.Id ?? '');
      await removeOne(engine, `${path}${key}${'query' in rest ? rest.query : ''}`);
      removed.push(key);
    }
    if (what === 'service') await Promise.all(removed.map((key) => tasksGone(engine, key)));
  }
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

/** A service is removed at once, its containers after they were asked to stop; what they use is free only then. */
const tasksGone = async (engine: EngineApi, service: string): Promise<void> => {
  const filter = encodeURIComponent(JSON.stringify({ label: [`com.docker.swarm.service.id=${service}`] }));
  const none = async (): Promise<boolean> => ((await engine.call('GET', `/containers/json?all=1&filters=${filter}`)) as unknown[]).length === 0;
  await waitFor(none, { what: 'the containers of a removed service to end', timeoutMs: 20_000, intervalMs: 200 }).catch((error: unknown) => say(`  ${String(error)}`));
};
