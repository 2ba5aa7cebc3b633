import { expect, test } from 'vitest';
import { licenseOf } from './go-parts.ts';
import { mergeParts, purlOf } from './part.ts';
import type { Part } from './part.ts';
import { sbomOf } from './sbom.ts';

const part = (changes: Partial<Part>): Part => ({ ecosystem: 'npm', name: 'nats', version: '2.0.0', license: 'Apache-2.0', folder: '/x', inside: ['lib/a.js'], ...changes });
const facts = { version: '1.0.0', commit: 'abc', epoch: 0 };

test('a part in several programs stands once and names them all', () => {
  const merged = mergeParts([part({ inside: ['lib/b.js'] }), part({ name: 'a' }), part({})]);
  expect(merged.map(({ name, inside }) => [name, inside])).toEqual([['a', ['lib/a.js']], ['nats', ['lib/a.js', 'lib/b.js']]]);
});

test('package URLs escape scopes and keep the paths of Go modules', () => {
  expect(purlOf(part({ name: '@grpc/grpc-js' }))).toBe('pkg:npm/%40grpc/grpc-js@2.0.0');
  expect(purlOf(part({ ecosystem: 'golang', name: 'golang.org/x/sys', version: 'v0.1.0' }))).toBe('pkg:golang/golang.org/x/sys@v0.1.0');
});

test('the bill says in which program each part is, and the same build gives the same bill', () => {
  const build = (license: string) => sbomOf(facts, 'linux-x64', [{ path: 'lib/a.js', sha256: '00' }], [part({ license })]);
  expect(build('MIT')).toBe(build('MIT'));
  expect(build('MIT')).not.toBe(build('ISC'));
  const bill = JSON.parse(build('(MIT OR Apache-2.0)')) as { components: { licenses?: unknown }[]; dependencies: unknown[]; serialNumber: string };
  expect(bill.components[1]?.licenses).toEqual([{ expression: '(MIT OR Apache-2.0)' }]);
  expect(bill.dependencies[1]).toEqual({ ref: 'pkg:generic/axion@1.0.0?platform=linux-x64#lib/a.js', dependsOn: ['pkg:npm/nats@2.0.0'] });
  expect(bill.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('what was changed in a part is said with it', () => {
  const bill = JSON.parse(sbomOf(facts, 'linux-x64', [], [part({ changes: 'Stripped.' }), part({ name: 'other' })])) as { components: { pedigree?: unknown }[] };
  expect(bill.components.map(({ pedigree }) => pedigree)).toEqual([{ notes: 'Stripped.' }, undefined]);
});

test.each([
  ['                                 Apache License\n                           Version 2.0, January 2004', 'Apache-2.0'],
  ['Redistribution and use in source … * Neither the name of Google LLC nor the names', 'BSD-3-Clause'],
  ['Permission is hereby granted, free of charge, to any person', 'MIT'],
  ['All rights reserved.', undefined],
])('a licence text is known by its own words', (text, license) => expect(licenseOf(text)).toBe(license));
