import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@axion/testkit';
import type { EngineApi } from '@axion/testkit';
import { openDocker } from '../../session/docker.ts';
import type { Session } from '../../session/session.ts';
import { say } from '../../setup/progress.mjs';
import { startExecutor } from './ours.ts';
import type { Executor } from './ours.ts';
import { stackFile } from './stack-file.ts';
import { DockerCli } from './theirs.ts';

/** One engine, and both sides on it. */
export interface Scene {
  readonly session: Session;
  readonly engine: EngineApi;
  readonly image: string;
  readonly docker: DockerCli;
  readonly executor: Executor;
  /** What the stacks of a size are called; each carries the session's id. */
  readonly names: (services: number) => { readonly ours: string; readonly theirs: string; readonly floor: string };
  /** The path of a stack file of that size. */
  readonly file: (services: number) => Promise<string>;
}

export const openScene = async (session: Session): Promise<Scene> => {
  const { engine, image } = await openDocker(session);
  const folder = session.stack.use(await tempDir('client'));
  const docker = new DockerCli(engine.host, folder.path);
  say(`docker ${await docker.version()}`);
  return {
    session,
    engine,
    image,
    docker,
    executor: await startExecutor(session, engine.host),
    names: (services) => ({ ours: `b-${session.id}-o${services}`, theirs: `b-${session.id}-t${services}`, floor: `b-${session.id}-f${services}` }),
    file: async (services) => {
      const path = join(folder.path, `${services}.json`);
      await writeFile(path, stackFile(services, image));
      return path;
    },
  };
};
