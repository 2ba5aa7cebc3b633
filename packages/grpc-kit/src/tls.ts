import { readFileSync } from 'node:fs';
import { checkServerIdentity, createSecureContext, getCACertificates, type PeerCertificate, type SecureContextOptions } from 'node:tls';
import { AxionError } from '@axion/core';
import type { ChannelCredentials } from '@grpc/grpc-js';
import { TlsConnector } from './tls-connector.ts';

/** The `[security]` section, as far as it concerns a client. Locations are paths of PEM files; empty: not set. */
export interface ClientTls {
  readonly verify: boolean;
  readonly caLocation?: string;
  readonly certLocation?: string;
  readonly keyLocation?: string;
  readonly minVersion: '1.2' | '1.3';
  /** SHA-256 of acceptable server certificates (DER), in hex with or without colons. Empty: any that verifies. */
  readonly pinnedCertSha256: readonly string[];
  /** Where the files are named, for messages. Default `security`. */
  readonly section?: string;
}

const readPem = (section: string, key: string, path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new AxionError('FAILED_PRECONDITION', `${section}.${key} names ${path}, which cannot be read: ${(cause as Error).message}`, { cause });
  }
};

const plainHex = (fingerprint: string): string => fingerprint.replaceAll(':', '').toLowerCase();

/**
 * Refuses a server whose certificate is none of the pinned ones, after the usual check of its name.
 * Node asks this only about certificates that it verified, which is why pins and `verify=false` exclude each other.
 */
const pinnedIdentity = (pins: readonly string[]) => {
  const accepted = new Set(pins.map(plainHex));
  return (host: string, certificate: PeerCertificate): Error | undefined => {
    const mismatch = checkServerIdentity(host, certificate);
    if (mismatch !== undefined) return mismatch;
    const found = plainHex(certificate.fingerprint256);
    return accepted.has(found) ? undefined : new Error(`the certificate of ${host} has SHA-256 ${found}, which is not pinned`);
  };
};

/** Node brings its own roots; a host's own certificate authority is in the system's store. */
const defaultRoots = (): string[] => [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];

/**
 * Credentials of a TLS connection to `host`. Reads the files now: a rotated certificate is used from the next session on.
 *
 * @throws {AxionError} `FAILED_PRECONDITION` when a file cannot be read or is no PEM, or when settings contradict
 */
export const tlsCredentials = (tls: ClientTls, host: string): ChannelCredentials => {
  if (!tls.verify && tls.pinnedCertSha256.length > 0) {
    throw new AxionError(
      'FAILED_PRECONDITION',
      'security.tls_verify=false would make security.pinned_cert_sha256 worthless: remove one of them (for a self-signed certificate, name it in tls_ca_location)',
    );
  }
  const given = (path: string | undefined): path is string => path !== undefined && path !== '';
  const { section = 'security' } = tls;
  if (given(tls.certLocation) !== given(tls.keyLocation)) {
    throw new AxionError('FAILED_PRECONDITION', `${section}.tls_cert_location and ${section}.tls_key_location belong together: set both or none`);
  }
  const options: SecureContextOptions = {
    minVersion: `TLSv${tls.minVersion}`,
    ca: given(tls.caLocation) ? readPem(section, 'tls_ca_location', tls.caLocation) : defaultRoots(),
    ...(given(tls.certLocation) ? { cert: readPem(section, 'tls_cert_location', tls.certLocation) } : {}),
    ...(given(tls.keyLocation) ? { key: readPem(section, 'tls_key_location', tls.keyLocation) } : {}),
  };
  let context;
  try {
    context = createSecureContext(options);
  } catch (cause) {
    throw new AxionError('FAILED_PRECONDITION', `the TLS files of [${section}] do not fit together: ${(cause as Error).message}`, { cause });
  }
  return new TlsConnector(host, {
    secureContext: context,
    rejectUnauthorized: tls.verify,
    ...(tls.pinnedCertSha256.length === 0 ? {} : { checkServerIdentity: pinnedIdentity(tls.pinnedCertSha256) }),
  });
};
