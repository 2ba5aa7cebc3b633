import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempDir, testAuthority } from '@axion/testkit';
import type { KafkaSecurity } from '@axion/testkit';
import { envelope, WorkerRig } from './worker-rig.ts';

const authority = testAuthority();
const server = authority.issue({ name: 'kafka' });
const login = { username: 'agent', password: 'p&ss-word' };

const worksOver = async (security: KafkaSecurity, env: Record<string, string>): Promise<void> => {
  await using rig = await WorkerRig.start({ security });
  await rig.createTopics();
  await rig.worker({ AXION_AGENT__KAFKA__BROKERS: rig.broker.secureAddress, ...env });
  await rig.produce([envelope({ command_id: 'c-1' }), envelope({ command_id: 'u-1', command_type: 'Update', payload: {} }), Buffer.from('{')]);
  await rig.stored(1, 'shop');
  expect(await rig.readUntil(rig.topics.events, 1)).toMatchObject([{ json: { causation_id: 'u-1' } }]);
  expect(await rig.readUntil(rig.topics.deadLetters, 1)).toMatchObject([{ json: { error: { code: 'NOT_JSON' } } }]);
};

const saslEnv = (mechanism: string): Record<string, string> => ({
  AXION_AGENT__KAFKA__SASL_MECHANISM: mechanism,
  AXION_AGENT__KAFKA__SASL_USERNAME: login.username,
  AXION_AGENT__KAFKA__SASL_PASSWORD: login.password,
});

test('TLS with certificates on both sides, and SCRAM-SHA-512 within', async () => {
  await using dir = await tempDir('tls');
  const client = authority.issue({ name: 'agent' });
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(dir.path, name), text);
    return join(dir.path, name);
  };
  await worksOver(
    { tls: { server, clientCa: authority.ca }, sasl: { mechanism: 'SCRAM-SHA-512', ...login } },
    {
      AXION_AGENT__KAFKA__ENABLE_SSL: 'true',
      AXION_AGENT__KAFKA__SSL_CA_LOCATION: await file('ca.pem', authority.ca),
      AXION_AGENT__KAFKA__SSL_CERT_LOCATION: await file('client.pem', client.cert),
      AXION_AGENT__KAFKA__SSL_KEY_LOCATION: await file('client.key', client.key),
      ...saslEnv('scram-sha-512'),
    },
  );
});

test('SCRAM-SHA-256', () => worksOver({ sasl: { mechanism: 'SCRAM-SHA-256', ...login } }, saslEnv('scram-sha-256')));

test('SASL PLAIN; a wrong password is told without being shown, and the agent goes on', async () => {
  const security: KafkaSecurity = { sasl: { mechanism: 'PLAIN', ...login } };
  await using rig = await WorkerRig.start({ security });
  await rig.createTopics();
  const env = { AXION_AGENT__KAFKA__BROKERS: rig.broker.secureAddress, ...saslEnv('plain') };
  const refused = await rig.worker({ ...env, AXION_AGENT__KAFKA__SASL_PASSWORD: 'wrong-secret' });
  expect(await refused.line(/the session ended/, 30_000)).toMatch(/UNAUTHENTICATED/);
  expect(refused.output).not.toContain('wrong-secret');
  expect(refused.running).toBe(true);
  await refused.stop();
  await rig.worker(env);
  await rig.produce([envelope({ command_id: 'c-1' })]);
  await rig.stored(1, 'shop');
});

test('a certificate of an unknown authority is refused', async () => {
  await using rig = await WorkerRig.start({ security: { tls: { server } } });
  const worker = await rig.worker({ AXION_AGENT__KAFKA__BROKERS: rig.broker.secureAddress, AXION_AGENT__KAFKA__ENABLE_SSL: 'true' });
  expect(await worker.line(/the session ended/, 30_000)).toMatch(/self-signed certificate|unable to verify|issuer/i);
});
