import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from 'tsup';
import { builtinsOnDemand } from './builtins-on-demand.ts';

/** What a bundle says of the modules in it. */
interface Said {
  readonly loadedAtStart: boolean;
  readonly loadedByUse: boolean;
  readonly same: boolean;
  readonly known: readonly boolean[];
  readonly replaced: string;
  readonly untouched: boolean;
  readonly inherits: boolean;
}

let folder: string;
let said: Said;

/** `dgram` is loaded by nothing else in a bare process. */
const LIBRARY = `const dgram = require('dgram');
exports.dgram = dgram;
exports.own = Object.create(dgram, {});
exports.own.createSocket = () => 'replaced';
exports.known = ['createSocket' in dgram, 'toString' in dgram, 'nothing' in dgram];`;
const PROGRAM = `import * as library from './library.cjs';
import dgramItself, { createSocket, Socket } from 'node:dgram';
import { Socket as Connection } from 'node:net';
const loaded = () => process.moduleLoadList.includes('NativeModule dgram');
const loadedAtStart = loaded();
class Mine extends Connection {}
const use = createSocket;
console.log(JSON.stringify({
  loadedAtStart, loadedByUse: loaded(), known: library.known, replaced: library.own.createSocket(),
  same: use === library.dgram.createSocket && use === dgramItself.createSocket && Socket === library.dgram.Socket,
  untouched: library.dgram.createSocket === process.getBuiltinModule('node:dgram').createSocket,
  inherits: new Mine() instanceof process.getBuiltinModule('node:net').Socket,
}));`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'axion-builtins-'));
  await writeFile(join(folder, 'library.cjs'), LIBRARY);
  await writeFile(join(folder, 'main.js'), PROGRAM);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await build({ config: false, entry: [join(folder, 'main.js')], outDir: join(folder, 'dist'), format: 'esm', platform: 'node', target: 'node24', silent: true, removeNodeProtocol: false, esbuildPlugins: [builtinsOnDemand] });
  // A process of its own: in this one everything is loaded.
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'dist/main.js')]);
  said = JSON.parse(stdout) as Said;
});
afterAll(() => rm(folder, { recursive: true }));

test('a module is loaded when something of it is used, not before', () => {
  expect([said.loadedAtStart, said.loadedByUse]).toEqual([false, true]);
});

test('all importers see the module itself, in whatever way they import it', () => {
  expect(said.same).toBe(true);
  expect(said.inherits).toBe(true);
  expect(said.known).toEqual([true, true, false]);
});

test('a library that makes an object from a module and replaces a part replaces its own alone', () => {
  expect(said.replaced).toBe('replaced');
  expect(said.untouched).toBe(true);
});
