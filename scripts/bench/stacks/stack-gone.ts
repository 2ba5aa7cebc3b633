import { waitFor } from '@axion/testkit';
import type { EngineApi } from '@axion/testkit';

const filtered = (path: string, label: string): string => `${path}?filters=${encodeURIComponent(JSON.stringify({ label: [label] }))}`;

/** The filter's label for what belongs to a stack. */
export const stackLabel = (stack: string): string => `com.docker.stack.namespace=${stack}`;

export const listed = async <T>(api: EngineApi, path: string, stack: string): Promise<readonly T[]> => (await api.call('GET', filtered(path, stackLabel(stack)))) as T[];

const containersOf = async (api: EngineApi, stack: string): Promise<number> =>
  ((await api.call('GET', `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify({ name: [`^/${stack}_`] }))}`)) as unknown[]).length;

/** Removes a stack's services and networks and waits until its containers are gone too, so that the next measurement starts from nothing. */
export const removeBenchStack = (api: EngineApi, stack: string): Promise<unknown> =>
  waitFor(
    async () => {
      const [services, networks] = await Promise.all([listed<{ ID: string }>(api, '/services', stack), listed<{ Id: string }>(api, '/networks', stack)]);
      await Promise.all(services.map(({ ID }) => api.call('DELETE', `/services/${ID}`).catch(() => undefined)));
      const containers = await containersOf(api, stack);
      if (containers === 0) await Promise.all(networks.map(({ Id }) => api.call('DELETE', `/networks/${Id}`).catch(() => undefined)));
      return services.length + networks.length + containers === 0;
    },
    { what: `stack ${stack} to be gone`, timeoutMs: 300_000, intervalMs: 200 },
  );
