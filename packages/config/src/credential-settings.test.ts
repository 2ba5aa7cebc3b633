import { expect, test } from 'vitest';
import { loadConfig } from './index.ts';

const files: Readonly<Record<string, string>> = {
  '/work/agent.toml': '[agent]\ntoken = "of-the-file"\n[kafka]\nsasl_password = "of-the-file"\n[health]\nport = 1000',
  '/run/credentials/agent.token': 'of-the-manager\n',
  '/run/credentials/kafka.sasl_password': '\n',
  '/run/credentials/health.port': '2000',
};
const load = (env: NodeJS.ProcessEnv) => loadConfig({ env, cwd: '/work', readFile: (path) => files[path] });

test('a secret handed over by the service manager wins over the file, an empty one sets nothing, and only secrets come this way', () => {
  const { config, sources } = load({ CREDENTIALS_DIRECTORY: '/run/credentials' });
  expect([config.agent.token?.reveal(), sources['agent.token']]).toEqual(['of-the-manager', 'credential']);
  expect([config.kafka.sasl_password?.reveal(), sources['kafka.sasl_password']]).toEqual(['of-the-file', 'file']);
  expect(config.health.port).toBe(1000);
  expect(load({ CREDENTIALS_DIRECTORY: '/run/credentials', AXION_AGENT__AGENT__TOKEN: 'of-the-variable' }).config.agent.token?.reveal()).toBe('of-the-variable');
  expect(load({}).config.agent.token?.reveal()).toBe('of-the-file');
});

test.each([
  ['a second line', 'of-the-manager\nsecond'],
  ['a letter that is not ASCII', 'of-the-managér'],
  ['a blank within', 'of the-manager'],
  ['a blank before', ' of-the-manager'],
  ['an empty line after', 'of-the-manager\n\n'],
  ['more than 4096 characters', 'x'.repeat(4097)],
])('a token with %s is refused at the door, unseen', (_, token) => {
  const given = () => loadConfig({ env: { CREDENTIALS_DIRECTORY: '/c' }, cwd: '/', readFile: (path) => (path === '/c/agent.token' ? token : undefined) });
  expect(given).toThrow(/^credential: agent\.token = \[redacted\] is not allowed; it takes 1 to 4096 visible ASCII characters in one line, without blanks, or empty$/);
});
