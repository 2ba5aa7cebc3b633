import { createHash } from 'node:crypto';
import type { BuildFacts } from './build-facts.ts';
import { purlOf } from './part.ts';
import type { Part } from './part.ts';

/** A file of ours and its SHA-256. */
export interface OwnFile {
  readonly path: string;
  readonly sha256: string;
}

/** An SPDX expression or a plain identifier, in the words of CycloneDX. */
const licences = (license: string | undefined): readonly object[] => {
  if (license === undefined) return [];
  if (/\b(AND|OR|WITH)\b|\(/.test(license)) return [{ expression: license }];
  return [{ license: /^[\w.+-]+$/.test(license) ? { id: license } : { name: license } }];
};

/** The bill of materials (CycloneDX 1.6): our programs, and inside which of them each part is. The same build gives the same text. */
export const sbomOf = (facts: BuildFacts, platform: string, files: readonly OwnFile[], parts: readonly Part[]): string => {
  const own = `pkg:generic/axion@${facts.version}?platform=${platform}`;
  const fileRef = (path: string): string => `${own}#${path}`;
  const body = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: new Date(facts.epoch * 1000).toISOString(),
      component: { type: 'application', 'bom-ref': own, name: 'axion', version: facts.version, purl: own, licenses: licences('Apache-2.0'), properties: [{ name: 'axion:commit', value: facts.commit }] },
    },
    components: [
      ...files.map(({ path, sha256 }) => ({ type: 'file', 'bom-ref': fileRef(path), name: path, hashes: [{ alg: 'SHA-256', content: sha256 }] })),
      ...parts.map((part) => ({ type: part.ecosystem === 'generic' ? 'application' : 'library', 'bom-ref': purlOf(part), name: part.name, version: part.version, purl: purlOf(part), licenses: licences(part.license), ...(part.changes === undefined ? {} : { pedigree: { notes: part.changes } }) })),
    ],
    dependencies: [
      { ref: own, dependsOn: files.map(({ path }) => fileRef(path)) },
      ...files.map(({ path }) => ({ ref: fileRef(path), dependsOn: parts.filter(({ inside }) => inside.includes(path)).map(purlOf) })),
    ],
  };
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  const serial = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
  return `${JSON.stringify({ ...body, serialNumber: `urn:uuid:${serial}` }, undefined, 1)}\n`;
};
