import { AxionError } from '@axion/core';

export interface NfsSource {
  readonly server: string;
  readonly path: string;
}

/** `fs_type` of an NFS volume: `nfs://SERVER/PATH`, since a managed volume has no field for its server. */
export const nfsSource = (name: string, fsType: string): NfsSource => {
  const source = URL.canParse(fsType) ? new URL(fsType) : undefined;
  if (source !== undefined && source.protocol === 'nfs:' && source.hostname !== '' && source.pathname.length > 1 && source.username === '' && source.search === '') {
    return { server: source.hostname, path: decodeURIComponent(source.pathname) };
  }
  throw new AxionError('INVALID_ARGUMENT', `managed volume ${name}: an nfs volume takes fs_type "nfs://SERVER/PATH"`, { reason: 'INVALID_SPEC', details: { field: 'managed_volumes.fs_type' } });
};
