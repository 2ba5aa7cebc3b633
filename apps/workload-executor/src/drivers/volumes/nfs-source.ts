import { AxionError } from '@axion/core';

export interface NfsSource {
  readonly server: string;
  readonly path: string;
  /** `?vers=`: the version of the protocol, e.g. `4.1`. */
  readonly version: string | undefined;
  readonly port: string | undefined;
}

/** What stands in a list of mount options must not end one. */
const SERVER = /^(?:[A-Za-z0-9][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\])$/;
const VERSION = /^[34](?:\.[0-2])?$/;

const parsed = (text: string): NfsSource | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'nfs:' || !SERVER.test(url.hostname) || url.pathname.length <= 1 || url.username !== '' || url.hash !== '') return undefined;
  const { vers, ...others } = Object.fromEntries(url.searchParams);
  if (Object.keys(others).length > 0 || (vers !== undefined && !VERSION.test(vers))) return undefined;
  try {
    return { server: url.hostname.replaceAll(/[[\]]/g, ''), path: decodeURIComponent(url.pathname), version: vers, port: url.port === '' ? undefined : url.port };
  } catch {
    return undefined;
  }
};

/** `fs_type` of an NFS volume: `nfs://SERVER[:PORT]/PATH[?vers=4.1]`, since a managed volume has no field for its server. */
export const nfsSource = (name: string, fsType: string): NfsSource => {
  const source = parsed(fsType);
  if (source !== undefined) return source;
  throw new AxionError('INVALID_ARGUMENT', `managed volume ${name}: an nfs volume takes fs_type "nfs://SERVER/PATH", with ":PORT" and "?vers=4.1" where they are needed`, { reason: 'INVALID_SPEC', details: { field: 'managed_volumes.fs_type' } });
};
