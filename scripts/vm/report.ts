import { writeFile } from 'node:fs/promises';
import { say, seconds } from '../setup/progress.mjs';

/** What a run did, step by step, for people and for docs/results/vm.md. */
export class Report {
  readonly #rows: string[] = [];
  readonly #tables: string[] = [];
  #failed = 0;

  get failed(): number {
    return this.#failed;
  }

  /** Does a step; its result is a sentence. A failure is noted, and the steps after it are done all the same. */
  async step(title: string, work: () => Promise<string>): Promise<void> {
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
  }

  /** Text as it was printed. */
  table(title: string, text: string): void {
    this.#tables.push(`## ${title}\n\n\`\`\`\n${text.trim()}\n\`\`\`\n`);
  }

  async write(file: string, head: string): Promise<void> {
    await writeFile(file, `# The agent on a real server\n\n${head}\n\n| step | result | took |\n| --- | --- | --- |\n${this.#rows.join('\n')}\n\n${this.#tables.join('\n')}`);
  }
}
