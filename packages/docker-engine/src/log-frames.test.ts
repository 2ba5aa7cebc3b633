import { describe, expect, test } from 'vitest';
import { LogFrames } from './log-frames.ts';

const frame = (stream: 1 | 2, text: string): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

describe('LogFrames', () => {
  const whole = Buffer.concat([frame(1, 'one\ntw'), frame(2, 'bad\n'), frame(1, 'o\nthree')]);
  const expected = [
    { stream: 'stdout', text: 'one' },
    { stream: 'stderr', text: 'bad' },
    { stream: 'stdout', text: 'two' },
    { stream: 'stdout', text: 'three' },
  ];

  test.each([1, 3, 7, 8, 9, 1000])('joins frames that arrive in pieces of %i bytes', (size) => {
    const frames = new LogFrames();
    const lines = [];
    for (let at = 0; at < whole.length; at += size) lines.push(...frames.push(whole.subarray(at, at + size)));
    expect([...lines, ...frames.end()]).toEqual(expected);
  });

  test('takes the plain text of a terminal as it is', () => {
    const frames = new LogFrames();
    expect([...frames.push(Buffer.from('hello\r\nwor')), ...frames.push(Buffer.from('ld')), ...frames.end()]).toEqual([
      { stream: 'stdout', text: 'hello' },
      { stream: 'stdout', text: 'world' },
    ]);
  });
});
