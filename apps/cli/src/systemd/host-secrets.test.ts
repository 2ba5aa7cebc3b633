import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@axion/testkit';
import { expect, test } from 'vitest';
import { findSecrets } from './host-secrets.ts';

test('what lies in the folder is found, encrypted before plain where systemd can decrypt', async () => {
  await using folder = await tempDir('secrets');
  for (const name of ['agent.token', 'agent.token.cred', 'kafka.sasl_password', 'something.else']) await writeFile(join(folder.path, name), '');
  expect([...findSecrets(folder.path, 252)]).toEqual([['agent.token', 'encrypted'], ['kafka.sasl_password', 'plain']]);
  expect([...findSecrets(folder.path, 247)]).toEqual([['agent.token', 'plain'], ['kafka.sasl_password', 'plain']]);
  for (const none of ['none', 'something.else']) expect([...findSecrets(join(folder.path, none), 252)]).toEqual([]);
});

test('a folder that cannot be looked into is not an empty one', async () => {
  await using folder = await tempDir('secrets');
  // Root may look everywhere; a link to itself stops even root.
  await symlink('loop', join(folder.path, 'loop'));
  expect(() => findSecrets(join(folder.path, 'loop'), 252)).toThrow(/^whether the secret .*loop\/agent\.token\.cred is there cannot be seen \(ELOOP\)/);
});
