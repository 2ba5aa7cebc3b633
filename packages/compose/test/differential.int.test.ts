import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bindReferences, ComposeError, convertStack, loadStack } from '../src/index.ts';
import { randomStack } from './differential/random-stack.ts';
import { RecordingEngine } from './differential/recording-engine.ts';

/** The client whose behaviour is promised; another one does other things. */
const REFERENCE = 'Docker version 28.2.2,';
const VARIABLES = { FROM: 'process' } as const;

const engine = new RecordingEngine();
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'axion-differential-'));
  await writeFile(join(folder, 'value'), 'a value');
  await engine.listen(join(folder, 'engine.sock'));
});

afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

it('makes of random stacks what the client itself makes of them', { timeout: 300_000 }, async () => {
  const version = await promisify(execFile)('docker', ['--version']).then(({ stdout }) => stdout, () => 'no docker here');
  if (!version.startsWith(REFERENCE)) {
    console.warn(`not compared with the client: ${REFERENCE} is needed, found ${version.trim()}`);
    return;
  }
  await fc.assert(
    fc.asyncProperty(randomStack, async (files) => {
      expect(ours(files)).toEqual(await theirs(files));
    }),
    { numRuns: 400 },
  );
});

/** Every object to create by kind and name, or `refused`. */
type Outcome = ReadonlyMap<string, unknown> | 'refused';

const theirs = async (files: readonly string[]): Promise<Outcome> => {
  await Promise.all(files.map((text, at) => writeFile(join(folder, `${at}.yml`), text)));
  const client = spawn('docker', ['stack', 'deploy', '--detach', '--resolve-image', 'never', ...files.flatMap((_, at) => ['-c', `${at}.yml`]), 'st'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, DOCKER_HOST: `unix://${join(folder, 'engine.sock')}`, DOCKER_CONFIG: folder, ...VARIABLES },
    stdio: 'ignore',
  });
  const status = await new Promise<number | null>((resolve) => {
    client.once('close', resolve);
  });
  const calls = engine.takeCalls();
  return status === 0 ? new Map(calls.map(({ kind, body }) => [`${kind} ${String(body.Name)}`, body])) : 'refused';
};

const ours = (files: readonly string[]): Outcome => {
  try {
    const texts = files.map((text, at) => ({ name: `${at}.yml`, text }));
    const { model } = loadStack({ files: texts, workingDir: folder, environment: { HOME: folder, ...VARIABLES }, readFile: readFileSync });
    const stack = convertStack(model, { namespace: 'st', readFile: readFileSync });
    const ids = (names: readonly string[]): ReadonlyMap<string, string> => new Map(names.map((name) => [name, name]));
    const names = (specs: readonly { Name: string }[]): readonly string[] => specs.map(({ Name }) => Name);
    const known = { networks: ids([]), secrets: ids([...names(stack.secrets), ...stack.external.secrets]), configs: ids([...names(stack.configs), ...stack.external.configs]) };
    const entries = (kind: string, specs: readonly { Name: string }[]): [string, unknown][] => specs.map((spec) => [`${kind} ${spec.Name}`, spec]);
    return new Map([
      ...entries('networks', stack.networks),
      ...entries('secrets', stack.secrets),
      ...entries('configs', stack.configs),
      ...entries('services', stack.services.map(({ spec }) => bindReferences(spec, known))),
    ]);
  } catch (error) {
    if (error instanceof ComposeError) return 'refused';
    throw error;
  }
};
