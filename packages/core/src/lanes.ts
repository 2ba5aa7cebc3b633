/**
 * Work in lanes: tasks of one key run one after another in the order they came, tasks of different keys side by side,
 * never more than `width` at a time.
 *
 * Invariants: a key has at most one running task; a waiting key is in `#ready` exactly once; a task that throws ends only
 * itself.
 */
export class Lanes {
  readonly #width: number;
  readonly #queues = new Map<string, (() => Promise<void>)[]>();
  readonly #ready: string[] = [];
  #running = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(width: number) {
    this.#width = width;
  }

  /** How many tasks run now. */
  get running(): number {
    return this.#running;
  }

  /** Resolves or rejects as the task does, once it had its turn. */
  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const turn = async (): Promise<void> => {
      try {
        resolve(await task());
      } catch (error) {
        reject(error);
      }
    };
    const queue = this.#queues.get(key);
    if (queue === undefined) {
      this.#queues.set(key, [turn]);
      this.#ready.push(key);
    } else {
      queue.push(turn);
    }
    this.#start();
    return promise;
  }

  /** Resolves when nothing runs and nothing waits. */
  idle(): Promise<void> {
    if (this.#queues.size === 0) return Promise.resolve();
    this.#idle ??= Promise.withResolvers<void>();
    return this.#idle.promise;
  }

  #start(): void {
    while (this.#running < this.#width) {
      const key = this.#ready.shift();
      if (key === undefined) return;
      const turn = this.#queues.get(key)?.shift();
      if (turn === undefined) continue;
      this.#running += 1;
      void turn().then(() => this.#ended(key));
    }
  }

  #ended(key: string): void {
    this.#running -= 1;
    if (this.#queues.get(key)?.length === 0) this.#queues.delete(key);
    else this.#ready.push(key);
    this.#start();
    if (this.#queues.size === 0) {
      this.#idle?.resolve();
      this.#idle = undefined;
    }
  }
}
