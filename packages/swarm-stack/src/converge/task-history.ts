import type { Task } from '@axion/docker-engine';

/**
 * Every task seen, in its latest state. Swarm forgets tasks after a while (five a replica by default, fewer if it is told
 * so), and a crash that was forgotten still was one.
 */
export class TaskHistory {
  readonly #tasks = new Map<string, Task>();

  /** @param tasks all that Swarm lists now */
  add(tasks: readonly Task[]): readonly Task[] {
    const listed = new Set(tasks.map(({ id }) => id));
    for (const task of tasks) this.#tasks.set(task.id, task);
    // What is no longer listed cannot run any more; only its end is worth keeping.
    for (const [id, task] of this.#tasks) if (!listed.has(id) && task.state !== 'failed' && task.state !== 'rejected' && task.state !== 'complete') this.#tasks.delete(id);
    return [...this.#tasks.values()];
  }
}
