import { expect, test } from 'vitest';
import { loginFor, registryAuthHeader, registryOf } from './registry-auth.ts';

test.each([
  ['nginx', 'docker.io'],
  ['library/nginx:1', 'docker.io'],
  ['index.docker.io/library/nginx', 'docker.io'],
  ['127.0.0.1:5000/a/b:1', '127.0.0.1:5000'],
  ['localhost/a', 'localhost'],
  ['ghcr.io/a/b@sha256:00', 'ghcr.io'],
])('%s comes from %s', (image, registry) => {
  expect(registryOf(image)).toBe(registry);
});

test('a login is found by its host however it was written, and encoded URL-safely', () => {
  const login = { server: 'https://index.docker.io/v1/', username: 'me', password: 'a>>?b' };
  expect(loginFor('nginx:1', [login])).toBe(login);
  expect(loginFor('ghcr.io/x', [login])).toBeUndefined();
  const header = registryAuthHeader(login);
  expect(header).not.toMatch(/[+/]/);
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ username: 'me', password: 'a>>?b' });
});
