import { writeFile } from 'node:fs/promises';
import { say, seconds } from '../setup/progress.mjs';

/** What a run did, step by step, for people and for a page that is written again after each: a run that is cut short has one, too. */
export class Report {
  readonly #file: string;
  readonly #head: string;
  readonly #signal: AbortSignal;
  readonly #rows: string[] = [];
  readonly #tables: string[] = [];
  #failed = 0;

  constructor(file: string, head: string, signal: AbortSignal) {
    this.#file = file;
    this.#head = head;
    this.#signal = signal;
  }

  get failed(): number {
    return this.#failed;
  }

  /** Does a step; its result is a sentence. A failure is noted, and the steps after it are done all the same. */
  async step(title: string, work: () => Promise<string>): Promise<void> {
    this.#signal.throwIfAborted();
    const began = performance.now();
    say(`• ${title}`);
    let result: string;
    try {
      result = await work();
    } catch (error) {
      this.#failed += 1;
      result = `**failed**: ${error instanceof Error ? error.message : String(error)}`;
    }
    const took = seconds(performance.now() - began);
    say(`  ${result} (${took})`);
    this.#rows.push(`| ${title} | ${result.replaceAll('|', '\\|').replaceAll('\n', ' ')} | ${took} |`);
    await this.#write();
  }

  /** Text as it was printed. */
  table(title: string, text: string): void {
    this.#tables.push(`## ${title}\n\n\`\`\`\n${text.trim()}\n\`\`\`\n`);
  }

  async #write(): Promise<void> {
    await writeFile(this.#file, `# The agent on a real server\n\n${this.#head}\n\n| step | result | took |\n| --- | --- | --- |\n${this.#rows.join('\n')}\n\n${this.#tables.join('\n')}`);
  }
}
