import type { Readable } from 'node:stream';

/** The lines of a stream of JSON lines. `node:readline` never ends when its input is destroyed without an end, so the lines are cut here. */
export async function* linesOf(stream: Readable): AsyncIterable<string> {
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line.trim() !== '');
  }
}
