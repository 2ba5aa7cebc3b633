import { AxionError } from '@axion/core';

/** Where an engine listens, in the words of dockerode's options. `host` is always set: dockerode would else read `$DOCKER_HOST` behind our back. */
export type EngineAddress =
  | { readonly socketPath: string; readonly host: undefined }
  | { readonly host: string; readonly port: number; readonly protocol: 'http' | 'https'; readonly socketPath: undefined };

/**
 * Reads `[docker].host`: `unix:///path`, `npipe:////./pipe/name`, `tcp://host:port`, `http(s)://host:port`.
 *
 * @throws {AxionError} `INVALID_ARGUMENT`; `ssh://` is refused, because the agent runs where its engine runs
 */
export const parseEngineAddress = (text: string): EngineAddress => {
  const pipe = /^(?:unix|npipe):\/\/(.+)$/.exec(text)?.[1];
  if (pipe !== undefined) return { socketPath: pipe, host: undefined };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['tcp:', 'http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw new AxionError('INVALID_ARGUMENT', `docker.host ${JSON.stringify(text)} is not an engine's address; use unix:///var/run/docker.sock or tcp://host:2375`, {
      reason: 'INVALID_ENGINE_ADDRESS',
    });
  }
  const port = url.port === '' ? 2375 : Number(url.port);
  return { host: url.hostname, port, protocol: url.protocol === 'https:' || port === 2376 ? 'https' : 'http', socketPath: undefined };
};
