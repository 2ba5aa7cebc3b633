import { spawnComponent } from '@axion/testkit';
import type { ServerProcess } from '@axion/testkit';

/** A component that is started again at once whenever it ends, as systemd would do it, until it is stopped. */
export class KeptProcess implements AsyncDisposable {
  readonly name: string;
  readonly #env: Readonly<Record<string, string | undefined>>;
  #process: ServerProcess | undefined;
  #stopping = false;
  #kept: Promise<void> = Promise.resolve();
  starts = 0;

  private constructor(name: string, env: Readonly<Record<string, string | undefined>>) {
    this.name = name;
    this.#env = env;
  }

  static async start(component: string, env: Readonly<Record<string, string | undefined>>): Promise<KeptProcess> {
    const kept = new KeptProcess(`${component}.${env['AXION_INSTANCE'] ?? '1'}`, env);
    await kept.#launch(component);
    kept.#kept = kept.#keep(component);
    return kept;
  }

  /** SIGKILL; `false` when it was just not running. */
  kill(): boolean {
    const running = this.#process?.running === true;
    this.#process?.signal('SIGKILL');
    return running;
  }

  /** Frozen and thawed again: it wakes up after its lease was lost. */
  async pause(ms: number): Promise<void> {
    const frozen = this.#process;
    frozen?.signal('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, ms));
    frozen?.signal('SIGCONT');
  }

  /** Its last lines. */
  get output(): string {
    return this.#process?.output ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    await this.#process?.stop();
    await this.#kept;
  }

  async #launch(component: string): Promise<void> {
    this.starts += 1;
    this.#process = await spawnComponent(component, { env: this.#env, ready: false });
  }

  async #keep(component: string): Promise<void> {
    while (!this.#stopping) {
      await this.#process?.exited;
      if (!this.#stopping) await this.#launch(component);
    }
  }
}
