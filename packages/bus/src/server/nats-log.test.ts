import { expect, test } from 'vitest';
import { parseNatsLine, saysStoreIsDamaged, saysWriteWasRefused } from './nats-log.ts';

const lines = (...texts: string[]) => texts.map((text) => parseNatsLine(`[18600] 2026/11/21 04:21:48.088127 ${text}`));

test('a refused write is recognised', () => {
  expect(lines('[ERR] Filestore [COMMANDS] Critical write error: write /x/2.blk: no space left on device').some(saysWriteWasRefused)).toBe(true);
  expect(lines('[ERR] something else').some(saysWriteWasRefused)).toBe(false);
});

test('a line is read with its level', () => {
  expect(lines('[WRN]   Stream metafile "x": checksums do not match')).toEqual([{ level: 'WRN', text: 'Stream metafile "x": checksums do not match' }]);
  expect(parseNatsLine('panic: runtime error')).toEqual({ level: 'INF', text: 'panic: runtime error' });
});

test.each([
  [true, "[FTL] Can't start JetStream: storage directory is not a directory"],
  [false, "[FTL] Can't start JetStream: could not create storage directory - mkdir /x: permission denied"],
  [false, "[FTL] Can't start JetStream: storage directory is not writable"],
  [false, "[FTL] Can't start JetStream: write /x: no space left on device"],
  [false, '[FTL] Error listening on port: 127.0.0.1:4322, "bind: address already in use"'],
  [false, '[WRN] Filestore [COMMANDS] Stream state checksum did not match'],
])('a damaged store: %s for %s', (damaged, text) => {
  expect(saysStoreIsDamaged(lines('[INF] Starting nats-server', text))).toBe(damaged);
});
