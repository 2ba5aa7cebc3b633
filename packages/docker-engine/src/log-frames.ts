export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

const HEADER = 8;
/** Longer lines are cut in pieces of this size: a program that prints no line end must not fill the memory. */
const MAX_LINE = 64 * 1024;

/**
 * Lines out of the engine's multiplexed log stream: frames of `[stream, 0, 0, 0, length (4, big endian)]` and payload.
 * A service with a terminal sends plain text without frames, which the first byte gives away.
 */
export class LogFrames {
  #buffer: Buffer = Buffer.alloc(0);
  #plain: boolean | undefined;
  readonly #rest = { stdout: '', stderr: '' };

  push(chunk: Buffer): LogLine[] {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    if (this.#plain === undefined && this.#buffer.length >= 4) this.#plain = this.#buffer[0]! > 2 || this.#buffer.readUIntBE(1, 3) !== 0;
    const lines: LogLine[] = [];
    if (this.#plain === true) {
      lines.push(...this.#text('stdout', this.#buffer.toString('utf8')));
      this.#buffer = Buffer.alloc(0);
      return lines;
    }
    while (this.#buffer.length >= HEADER) {
      const end = HEADER + this.#buffer.readUInt32BE(4);
      if (this.#buffer.length < end) break;
      lines.push(...this.#text(this.#buffer[0] === 2 ? 'stderr' : 'stdout', this.#buffer.toString('utf8', HEADER, end)));
      this.#buffer = this.#buffer.subarray(end);
    }
    return lines;
  }

  /** What is left without a line end. */
  end(): LogLine[] {
    return (['stdout', 'stderr'] as const).filter((stream) => this.#rest[stream] !== '').map((stream) => ({ stream, text: this.#rest[stream] }));
  }

  #text(stream: LogLine['stream'], text: string): LogLine[] {
    const parts = (this.#rest[stream] + text).split('\n');
    const last = parts.pop() ?? '';
    if (last.length > MAX_LINE) parts.push(last);
    this.#rest[stream] = last.length > MAX_LINE ? '' : last;
    return parts.map((part) => ({ stream, text: part.replace(/\r$/, '') }));
  }
}
