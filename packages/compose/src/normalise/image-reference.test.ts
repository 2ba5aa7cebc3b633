import { expect, it } from 'vitest';
import { parseImageReference } from './image-reference.ts';

const SHA = 'a'.repeat(64);

it.each([
  ['redis', 'redis:latest'],
  ['docker.io/library/busybox', 'busybox:latest'],
  ['index.docker.io/a/b:1', 'a/b:1'],
  ['localhost:5000/a', 'localhost:5000/a:latest'],
  ['localhost/a', 'localhost/a:latest'],
  ['ghcr.io/x/y_z:1.2', 'ghcr.io/x/y_z:1.2'],
  [`a@sha256:${SHA}`, `a@sha256:${SHA}`],
  [`a:1@sha256:${SHA}`, `a:1@sha256:${SHA}`],
  [SHA, SHA],
])('%s is shown as %s', (image, familiar) => {
  expect(parseImageReference(image)).toMatchObject({ familiar });
});

it.each([
  ['', 'invalid reference format'],
  ['a:', 'invalid reference format'],
  [':1', 'invalid reference format'],
  ['a//b', 'invalid reference format'],
  ['Foo/bar/Baz', 'must be lowercase'],
  ['Redis', 'must be lowercase'],
  [`a@sha256:${'a'.repeat(40)}`, 'invalid checksum digest length'],
  [`a@md9:${SHA}`, 'unsupported digest algorithm'],
])('%j is refused', (image, problem) => {
  expect(parseImageReference(image)).toContain(problem);
});
