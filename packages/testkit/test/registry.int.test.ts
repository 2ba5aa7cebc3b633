import { expect, test } from 'vitest';
import { dockerEngine, startRegistry, testImage } from '../src/index.ts';

const pull = async (ref: string, login?: object): Promise<string> => {
  const engine = await dockerEngine();
  const headers = login === undefined ? {} : { 'x-registry-auth': Buffer.from(JSON.stringify(login)).toString('base64url') };
  return String(await engine.call('POST', `/images/create?fromImage=${ref}`, { headers }));
};

test('an image is pulled by its digest, and a missing one is missing', async () => {
  const engine = await dockerEngine();
  await using registry = await startRegistry();
  {
    await using image = await testImage({ engine, registry: registry.address, files: { '/etc/motd': 'hello' } });
    const [name = ''] = image.ref.split(/:\d+$/);
    expect(await pull(image.ref)).toContain(image.digest);
    expect(await pull(`${name}@${image.digest}`)).toContain(image.digest);
  }
  expect(JSON.stringify(await engine.call('GET', '/images/json'))).not.toContain(registry.address);
  await expect(pull(`${registry.address}/nothing/here:1`)).rejects.toThrow(/manifest unknown|not found/);
});

test('a registry with a password lets in who knows it', async () => {
  const engine = await dockerEngine();
  const login = { username: 'axion', password: 'right password' };
  await using registry = await startRegistry({ auth: login });
  await using image = await testImage({ engine, registry: registry.address, login });
  expect(await pull(image.ref, login)).toContain(image.digest);
  await expect(pull(image.ref, { ...login, password: 'wrong' })).rejects.toThrow(/no basic auth|unauthorized|authentication/);
  await expect(pull(image.ref)).rejects.toThrow(/no basic auth|unauthorized|authentication/);
});
