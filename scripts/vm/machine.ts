import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { waitFor } from '@axion/testkit';

/** Emulation is ten to thirty times slower than the machine it runs on. */
const SLOW_MS = 900_000;

export interface MachineOptions {
  /** The testbed's. */
  readonly script: string;
  /** Of the machine and its base image. */
  readonly folder: string;
  readonly name: string;
  /** Debian packages of a base image that is made now, beside those of every machine. */
  readonly packages: readonly string[];
  readonly onLine: (line: string) => void;
}

/** One server that a testbed's script makes: a Debian with systemd and Docker, in which commands run as root. */
export class Machine implements AsyncDisposable {
  readonly #script: string;
  readonly #folder: string;
  readonly #name: string;
  /** Ends whatever goes on in it. */
  readonly signal: AbortSignal;

  private constructor(script: string, folder: string, name: string, signal: AbortSignal) {
    this.#script = script;
    this.#folder = folder;
    this.#name = name;
    this.signal = signal;
  }

  /** Boots a fresh one, whose base image is made first where there is none. @param signal ends whatever goes on in it */
  static async boot({ script, folder, name, packages, onLine }: MachineOptions, signal: AbortSignal): Promise<Machine> {
    const machine = new Machine(script, folder, name, signal);
    await mkdir(folder, { recursive: true });
    const bases = await readdir(folder).catch(() => []);
    if (!bases.some((file) => file === 'base.qcow2' || file === 'base')) onLine(await machine.#run(['build', '--with-libvirt', ...(packages.length === 0 ? [] : ['--with', packages.join(',')])], 1_800_000));
    onLine(await machine.#run(['up', name, '--mem', '2048', '--cpus', '2', '--ready'], SLOW_MS));
    return machine;
  }

  /** Runs a shell script as root and gives its standard output. */
  async sh(script: string, timeoutMs = SLOW_MS): Promise<string> {
    const child = spawn(this.#script, ['-d', this.#folder, 'ssh', this.#name, '--', 'sh -s'], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    // With all that the script started: what is left would hold its output open.
    const end = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid);
      } catch {
        // It has ended.
      }
    };
    const timer = setTimeout(end, timeoutMs);
    this.signal.addEventListener('abort', end);
    const texts = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.err += text));
    child.stdin.end(script);
    const [code] = (await once(child, 'close')) as [number | null];
    clearTimeout(timer);
    this.signal.removeEventListener('abort', end);
    this.signal.throwIfAborted();
    if (code !== 0) throw new Error(`in the machine: ${script.trim().split('\n')[0]} … ended with ${code ?? 'a signal'}: ${(texts.err || texts.out).trim().slice(-1500)}`);
    return texts.out;
  }

  /** Runs the script again and again, there, until it succeeds; gives what it printed then. */
  async until(what: string, script: string, timeoutMs = 1_800_000): Promise<string> {
    // In one session: where everything is emulated, opening one takes seconds.
    const loop = `end=$(($(date +%s) + ${timeoutMs / 1000})); until text=$(\n${script}\n); do [ $(date +%s) -lt $end ] || exit 1; sleep 0.5; done; printf '%s\\n' "$text"`;
    const found = await waitFor(async () => (this.signal.aborted ? { text: '' } : { text: await this.sh(loop, timeoutMs + 60_000) }), { what, timeoutMs, intervalMs: 2000 });
    this.signal.throwIfAborted();
    return found.text;
  }

  copy(files: readonly string[], target: string): Promise<string> {
    return this.#run(['cp', ...files, `${this.#name}:${target}`], SLOW_MS);
  }

  /** Ends it as a power failure does, and boots it again. */
  async powerCut(): Promise<void> {
    await this.#run(['powercut', this.#name], 60_000);
    // On a busy host the lock of its disk outlives the process for a moment.
    const begun = async (): Promise<true> => {
      await this.#run(['restart', this.#name], SLOW_MS);
      return true;
    };
    await waitFor(begun, { what: 'the machine to start again', timeoutMs: 60_000, intervalMs: 1000 });
  }

  reboot(): Promise<string> {
    return this.#run(['restart', this.#name, '--ready'], SLOW_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const unasked = new AbortController().signal;
    await this.#run(['powercut', this.#name], 60_000, unasked).catch(() => '');
    await this.#run(['down', this.#name, '--rm'], 60_000, unasked);
  }

  async #run(args: readonly string[], timeout: number, signal = this.signal): Promise<string> {
    const { stdout, stderr } = await promisify(execFile)(this.#script, ['-d', this.#folder, ...args], { timeout, signal, maxBuffer: 16 * 1024 * 1024, env: { ...process.env, BOOT_TIMEOUT: String(SLOW_MS / 1000) } });
    return (stdout + stderr).trim();
  }
}
