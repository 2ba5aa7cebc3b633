import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sleeper } from './agent-rig.ts';
import type { AgentRig } from './agent-rig.ts';

const run = promisify(execFile);

/** Theirs: `docker run -d` of the same image and command, by Docker's own client. */
export const dockerRun = async ({ engine, image }: AgentRig, name: string): Promise<void> => {
  const [entry, ...args] = sleeper;
  await run('docker', ['run', '--detach', '--name', name, '--entrypoint', entry, image, ...args], { env: { ...process.env, DOCKER_HOST: engine.host } });
};

export const dockerRemove = async ({ engine }: AgentRig, names: readonly string[]): Promise<void> => {
  await inTurn(names, 8, (name) => engine.call('DELETE', `/containers/${name}?force=1`));
};

/** Does something for each of them, so many at a time. */
export const inTurn = async <T>(items: readonly T[], width: number, work: (item: T) => Promise<unknown>): Promise<void> => {
  const left = items.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of left) await work(item);
    }),
  );
};
