import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { startPrivateEngine, waitFor } from '../src/index.ts';

test('an engine of its own can be frozen, killed and restarted, and takes its containers along', async () => {
  let home: string;
  let pid: number;
  {
    await using engine = await startPrivateEngine();
    home = dirname(new URL(engine.host).pathname);
    expect(await engine.api.swarm()).toEqual({ state: 'active', manager: true });

    const spec = {
      Name: 'sleeper',
      TaskTemplate: { ContainerSpec: { Image: 'busybox:1', Command: ['sleep', '1000'], StopSignal: 'SIGKILL' } },
      Mode: { Replicated: { Replicas: 1 } },
      EndpointSpec: { Mode: 'dnsrr' },
    };
    await engine.api.call('POST', '/services/create', { body: spec });
    const running = async (): Promise<number | undefined> => {
      const tasks = (await engine.api.call('GET', '/tasks?filters={"desired-state":["running"]}')) as {
        readonly Status: { readonly State: string; readonly ContainerStatus?: { readonly PID: number } };
      }[];
      return tasks.find(({ Status }) => Status.State === 'running')?.Status.ContainerStatus?.PID;
    };
    pid = await waitFor(running, { what: 'the service to run', timeoutMs: 30_000 });

    // A signal takes a moment to stop all threads.
    engine.process.signal('SIGSTOP');
    await waitFor(async () => !(await engine.api.answers()), { what: 'the engine to be frozen' });
    engine.process.signal('SIGCONT');
    await waitFor(() => engine.api.answers(), { what: 'the engine to go on' });

    await engine.kill();
    expect(await engine.api.answers()).toBe(false);
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    await engine.restart();
    pid = await waitFor(running, { what: 'the service to run again', timeoutMs: 30_000 });
  }
  expect(existsSync(`/proc/${pid}`)).toBe(false);
  expect(existsSync(home)).toBe(false);
});
