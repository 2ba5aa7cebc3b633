/** What a program printed, as much of its end as there is room for. */
export class BoundedText {
  readonly #room: number;
  #chunks: Buffer[] = [];
  #size = 0;
  #cut = false;

  constructor(roomBytes: number) {
    this.#room = roomBytes;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    // Twice the room is held before anything is copied, so that many small chunks cost little.
    if (this.#size > 2 * this.#room) this.#shrink();
  }

  text(): string {
    if (this.#size > this.#room) this.#shrink();
    const text = Buffer.concat(this.#chunks).toString();
    return this.#cut ? `…${text}` : text;
  }

  #shrink(): void {
    const kept = Buffer.concat(this.#chunks).subarray(-this.#room);
    this.#chunks = [Buffer.from(kept)];
    this.#size = kept.length;
    this.#cut = true;
  }
}
