import { EngineApi } from './engine-api.ts';

/**
 * The engine that tests share, ready and in swarm mode: `DOCKER_HOST`, else the default socket. Whoever uses it labels
 * what it makes, takes it away again, and never stops the engine.
 *
 * @throws with what to do, when none answers or it is in no swarm
 */
export const dockerEngine = async (): Promise<EngineApi> => {
  const engine = new EngineApi(process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock');
  const remedy = 'run the tests through "npm test", which brings one, or set DOCKER_HOST to an engine that is a swarm manager';
  if (!(await engine.answers())) throw new Error(`no Docker engine answers at ${engine.host}: ${remedy}`);
  const { manager } = await engine.swarm();
  if (!manager) throw new Error(`the Docker engine at ${engine.host} is not a swarm manager: ${remedy}`);
  return engine;
};
