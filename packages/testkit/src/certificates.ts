import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { bitString, explicit, implicit, integer, ia5, object, octets, raw, sequence, set, time, utf8, boolean } from './der.ts';

/** A key and its certificate, both PEM. */
export interface CertifiedKey {
  readonly key: string;
  readonly cert: string;
}

export interface Leaf {
  /** The common name. */
  readonly name: string;
  /** DNS names and IPv4 addresses it is valid for. Default: `localhost` and `127.0.0.1`. */
  readonly hosts?: readonly string[];
  /** Days it is valid for; negative makes one that has expired. Default 2. */
  readonly days?: number;
}

/** A certificate authority made for one test. */
export interface TestAuthority {
  /** Its own certificate, PEM. */
  readonly ca: string;
  /** Signs a fresh key for a server or a client. */
  issue(leaf: Leaf): CertifiedKey;
}

const DAY_MS = 86_400_000;
const oid = {
  ecdsaSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  subjectKeyId: '2.5.29.14',
  authorityKeyId: '2.5.29.35',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  subjectAltName: '2.5.29.17',
} as const;

const pem = (label: string, der: Buffer): string =>
  `-----BEGIN ${label}-----\n${der.toString('base64').replaceAll(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`;

const distinguishedName = (name: string): Buffer => sequence(set(sequence(object(oid.commonName), utf8(name))));

const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
  sequence(object(id), ...(critical ? [boolean(true)] : []), octets(value));

const publicKeyInfo = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });
const keyId = (key: KeyObject): Buffer => createHash('sha1').update(publicKeyInfo(key)).digest();

const altName = (host: string): Buffer =>
  isIPv4(host) ? implicit(7, Buffer.from(host.split('.').map(Number))) : implicit(2, ia5(host));

/** A certificate as RFC 5280 lays it out (§4.1), signed with ECDSA P-256. */
const certify = (spec: {
  readonly subject: string;
  readonly issuer: string;
  readonly key: KeyObject;
  readonly issuerKey: KeyObject;
  readonly issuerPublic: KeyObject;
  readonly days: number;
  readonly extensions: readonly Buffer[];
}): string => {
  const now = Date.now();
  const algorithm = sequence(object(oid.ecdsaSha256));
  const [from, until] = spec.days > 0 ? [now - DAY_MS, now + spec.days * DAY_MS] : [now + (spec.days - 1) * DAY_MS, now + spec.days * DAY_MS];
  const ids = [
    extension(oid.subjectKeyId, false, octets(keyId(spec.key))),
    extension(oid.authorityKeyId, false, sequence(implicit(0, keyId(spec.issuerPublic)))),
  ];
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    distinguishedName(spec.issuer),
    sequence(time(new Date(from)), time(new Date(until))),
    distinguishedName(spec.subject),
    raw(publicKeyInfo(spec.key)),
    explicit(3, sequence(...ids, ...spec.extensions)),
  );
  const signature = sign('sha256', body, spec.issuerKey);
  return pem('CERTIFICATE', sequence(body, algorithm, bitString(signature)));
};

const newKey = (): { publicKey: KeyObject; privateKey: KeyObject } => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** Makes an authority and, through it, certificates: without a program from outside and without files. */
export const testAuthority = (name = 'Axion test authority'): TestAuthority => {
  const own = newKey();
  const shared = { issuer: name, issuerKey: own.privateKey, issuerPublic: own.publicKey };
  const caExtensions = [
    extension(oid.basicConstraints, true, sequence(boolean(true))),
    // keyCertSign and cRLSign: bits 5 and 6, so the last used byte has one unused bit.
    extension(oid.keyUsage, true, Buffer.from([3, 2, 1, 0b0000_0110])),
  ];
  return {
    ca: certify({ ...shared, subject: name, key: own.publicKey, days: 2, extensions: caExtensions }),
    issue: ({ name: subject, hosts = ['localhost', '127.0.0.1'], days = 2 }) => {
      const { publicKey, privateKey } = newKey();
      const extensions = [extension(oid.subjectAltName, false, sequence(...hosts.map(altName)))];
      return {
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
        cert: certify({ ...shared, subject, key: publicKey, days, extensions }),
      };
    },
  };
};
