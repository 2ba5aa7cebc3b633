import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineApi } from '@axion/testkit';
import { listed } from './stack-gone.ts';
import { COMMAND, serviceNames } from './stack-file.ts';

interface Task {
  readonly Status: { readonly State: string; readonly Timestamp: string };
}

const MONITOR_MS = 5000;
const LOOK_MS = 50;
const PATIENCE_MS = 300_000;

/** The least anybody can do: creates the services side by side, waits for their tasks, then for the monitor time. Returns ms. */
export const floorOnce = async (api: EngineApi, stack: string, services: number, image: string, signal: AbortSignal): Promise<number> => {
  const began = performance.now();
  const Labels = { 'com.docker.stack.namespace': stack };
  const { Id } = (await api.call('POST', '/networks/create', { body: { Name: `${stack}_inner`, Driver: 'overlay', Labels } })) as { Id: string };
  await Promise.all(
    serviceNames(services).map((name) =>
      api.call('POST', '/services/create', {
        body: {
          Name: `${stack}_${name}`,
          Labels,
          Mode: { Replicated: { Replicas: 1 } },
          EndpointSpec: { Mode: 'dnsrr' },
          TaskTemplate: { ContainerSpec: { Image: image, Args: COMMAND, Env: [`NAME=${name}`, 'LEVEL=info'], StopGracePeriod: 0 }, Networks: [{ Target: Id, Aliases: [name] }] },
        },
      }),
    ),
  );
  for (;;) {
    const tasks = await listed<Task>(api, '/tasks', stack);
    const running = tasks.filter(({ Status }) => Status.State === 'running');
    if (running.length === services) {
      const believed = Math.max(...running.map(({ Status }) => Date.parse(Status.Timestamp))) + MONITOR_MS;
      await sleep(Math.max(0, believed - Date.now()));
      return performance.now() - began;
    }
    if (performance.now() - began > PATIENCE_MS) throw new Error(`${running.length} of ${services} tasks run after ${PATIENCE_MS / 1000} s: the engine does not start them`);
    await sleep(LOOK_MS, undefined, { signal });
  }
};
