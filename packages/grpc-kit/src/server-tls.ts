import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { AxionError } from '@axion/core';
import { ServerCredentials } from '@grpc/grpc-js';

/** The files of a server that wants to know its callers. Paths of PEM files. */
export interface ServerTls {
  readonly certLocation: string;
  readonly keyLocation: string;
  /** Whose certificates callers must show. */
  readonly caLocation: string;
  /** For messages, e.g. `agent_api`. */
  readonly section: string;
}

/** @throws {AxionError} `FAILED_PRECONDITION` when a file cannot be read or they do not fit together */
export const serverCredentials = ({ certLocation, keyLocation, caLocation, section }: ServerTls): ServerCredentials => {
  const read = (key: string, path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (cause) {
      throw new AxionError('FAILED_PRECONDITION', `${section}.${key} names ${path}, which cannot be read: ${(cause as Error).message}`, { cause });
    }
  };
  const cert = read('tls_cert_location', certLocation);
  const key = read('tls_key_location', keyLocation);
  const ca = read('tls_ca_location', caLocation);
  try {
    createSecureContext({ cert, key, ca, minVersion: 'TLSv1.2' });
  } catch (cause) {
    throw new AxionError('FAILED_PRECONDITION', `the TLS files of [${section}] do not fit together: ${(cause as Error).message}`, { cause });
  }
  return ServerCredentials.createSsl(ca, [{ private_key: key, cert_chain: cert }], true);
};
