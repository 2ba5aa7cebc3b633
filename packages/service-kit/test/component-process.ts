import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const FIXTURE = fileURLToPath(new URL('fixture/component.ts', import.meta.url));

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** The fixture component as a real process, with its log as it comes. */
export class ComponentProcess {
  readonly child: ChildProcess;
  readonly lines: LogLine[] = [];
  readonly raw: string[] = [];
  stderr = '';
  readonly #waiting = new Set<() => void>();
  readonly #exit: Promise<{ readonly code: number | null; readonly signal: string | null }>;

  /** @param launcher a command that executes its arguments in its own place */
  constructor(env: Readonly<Record<string, string>>, launcher: readonly string[] = []) {
    const [command, ...args] = [...launcher, process.execPath, '--disable-warning=ExperimentalWarning', FIXTURE];
    this.child = spawn(command, args, {
      env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: '/',
    });
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      this.raw.push(line);
      if (line.startsWith('{')) this.lines.push(JSON.parse(line) as LogLine);
      for (const look of this.#waiting) look();
    });
    this.#exit = once(this.child, 'close').then(([code, signal]) => ({ code: code as number | null, signal: signal as string | null }));
  }

  get messages(): readonly string[] {
    return this.lines.map((line) => line.msg);
  }

  /** Resolves with the first line that says `msg`; rejects when the process ends without it. */
  async said(msg: string): Promise<LogLine> {
    const { promise, resolve } = Promise.withResolvers<LogLine>();
    const look = (): void => {
      const found = this.lines.find((line) => line.msg === msg);
      if (found !== undefined) resolve(found);
    };
    this.#waiting.add(look);
    look();
    const ended = this.#exit.then((exit) => {
      throw new Error(`ended with ${JSON.stringify(exit)} before it said "${msg}": ${this.raw.join('\n')} ${this.stderr}`);
    });
    try {
      return await Promise.race([promise, ended]);
    } finally {
      this.#waiting.delete(look);
      ended.catch(() => {});
    }
  }

  exit(): Promise<{ readonly code: number | null; readonly signal: string | null }> {
    return this.#exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    await this.#exit;
  }
}
