import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ownMemory } from './own-memory.ts';

const run = promisify(execFile);
const source = fileURLToPath(new URL('own-memory.ts', import.meta.url));

/** Leaves 20 MB of small blocks of which every fiftieth is in use, and prints what `verb` brings the process down by, in MB. With threads of its own V8 would free them some time after. */
const PROGRAM = (verb: string): string => `
import { ownMemory } from ${JSON.stringify(source)};
const memory = ownMemory();
const blocks = Array.from({ length: 20_000 }, () => Buffer.allocUnsafeSlow(1000).fill(1));
const kept = blocks.filter((_, number) => number % 50 === 0);
blocks.length = 0;
gc({ type: 'major', execution: 'sync' });
const before = process.memoryUsage.rss();
memory.${verb}();
console.log((before - process.memoryUsage.rss()) / 2 ** 20, kept.length);
`;

const returnedBy = async (verb: string): Promise<number> => {
  const { stdout } = await run(process.execPath, ['--expose-gc', '--single-threaded-gc', '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', PROGRAM(verb)], { env: { MALLOC_ARENA_MAX: '1' } });
  return Number(stdout.split(' ')[0]);
};

/** The releases' Node has `node:ffi`, others that development allows do not: nothing is returned then, and nothing fails. */
const least = process.versions.node.startsWith('24.') ? Number.NEGATIVE_INFINITY : 13;

test.each(['trim', 'collect'])('%s returns pages between blocks in use', async (verb) => {
  expect(await returnedBy(verb)).toBeGreaterThan(least);
});

test('nothing is returned by a process that may not collect', () => {
  expect(ownMemory()).toBeUndefined();
});
