import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AxionError, type Clock } from '@axion/core';
import type { Logger } from '@axion/service-kit';

export type ActionType = 'apply' | 'delete' | 'retry' | 'start' | 'stop' | 'recreate';
export type ActionStatus = 'pending' | 'running' | 'completed' | 'failed' | 'superseded';

/** One thing done to a workload. Times: milliseconds since 1970, 0 when it has not come to that. */
export interface WorkloadAction {
  readonly task_id: string;
  readonly workload_id: string;
  readonly action_type: ActionType;
  readonly status: ActionStatus;
  readonly error: string;
  readonly created_at: number;
  readonly started_at: number;
  readonly ended_at: number;
}

export interface ActionFilter {
  readonly workloadId?: string;
  readonly actionType?: string;
  readonly status?: string;
  readonly limit?: number;
  readonly newestFirst?: boolean;
}

const KEEP = 1000;
const MAX_ERROR = 300;
const ASKED: ReadonlySet<string> = new Set(['apply', 'delete', 'retry']);

/**
 * What was done to workloads lately: the last 1000 actions, in a file of one line for each change.
 *
 * Invariants: memory holds at most `KEEP` actions, the file at most four lines for each before it is written anew. It is a
 * diary, not state: nothing is decided from it, so a line that a power cut takes is only missing here.
 */
export class ActionHistory {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #actions = new Map<string, WorkloadAction>();
  /** The last task that somebody asked for, by workload. */
  readonly #latest = new Map<string, string>();
  #lines = 0;
  #writing: Promise<void> = Promise.resolve();
  #waiting: string[] = [];

  constructor(file: string, clock: Clock, log: Logger) {
    this.#file = file;
    this.#clock = clock;
    this.#log = log;
  }

  /** @throws {AxionError} `FAILED_PRECONDITION` with `FOLDER_MISSING` where its folder is neither there nor this user's to make */
  async open(): Promise<void> {
    await makeFolder(dirname(this.#file));
    const text = await readFile(this.#file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return '';
    });
    for (const line of text.split('\n')) {
      const action = parse(line);
      if (action !== undefined) this.#keep(action);
    }
    await this.#rewrite();
  }

  created(taskId: string, workloadId: string, type: ActionType): void {
    this.#put({ task_id: taskId, workload_id: workloadId, action_type: type, status: 'pending', error: '', created_at: this.#clock.now(), started_at: 0, ended_at: 0 });
  }

  started(taskId: string): void {
    const action = this.#actions.get(taskId);
    if (action !== undefined && action.started_at === 0) this.#put({ ...action, status: 'running', started_at: this.#clock.now() });
  }

  ended(taskId: string, status: 'completed' | 'failed' | 'superseded', error = ''): void {
    const action = this.#actions.get(taskId);
    if (action !== undefined) this.#put({ ...action, status, error: error.slice(0, MAX_ERROR), ended_at: this.#clock.now() });
  }

  list({ workloadId, actionType, status, limit = 0, newestFirst = false }: ActionFilter): readonly WorkloadAction[] {
    const same = (wanted: string | undefined, value: string): boolean => wanted === undefined || wanted === '' || wanted === value;
    const found = [...this.#actions.values()].filter((action) => same(workloadId, action.workload_id) && same(actionType, action.action_type) && same(status, action.status));
    if (newestFirst) found.reverse();
    if (limit <= 0 || found.length <= limit) return found;
    // The limit keeps the newest, in whichever order they are told.
    return newestFirst ? found.slice(0, limit) : found.slice(-limit);
  }

  /** The last apply, delete or retry of a workload, as far as it is remembered. */
  latest(workloadId: string): WorkloadAction | undefined {
    const task = this.#latest.get(workloadId);
    return task === undefined ? undefined : this.#actions.get(task);
  }

  /** Resolves when what was put is in the file. */
  async close(): Promise<void> {
    await this.#writing;
  }

  #put(action: WorkloadAction): void {
    this.#keep(action);
    this.#waiting.push(JSON.stringify(action));
    if (this.#waiting.length === 1) this.#writing = this.#writing.then(() => this.#append());
  }

  #keep(action: WorkloadAction): void {
    const isNew = !this.#actions.has(action.task_id);
    this.#actions.set(action.task_id, action);
    if (isNew && ASKED.has(action.action_type)) this.#latest.set(action.workload_id, action.task_id);
    if (this.#actions.size <= KEEP) return;
    const oldest = this.#actions.values().next().value;
    if (oldest === undefined) return;
    this.#actions.delete(oldest.task_id);
    if (this.#latest.get(oldest.workload_id) === oldest.task_id) this.#latest.delete(oldest.workload_id);
  }

  async #append(): Promise<void> {
    const lines = this.#waiting.splice(0);
    try {
      await appendFile(this.#file, `${lines.join('\n')}\n`, { mode: 0o600 });
      this.#lines += lines.length;
      if (this.#lines > KEEP * 4) await this.#rewrite();
    } catch (error) {
      this.#log.warn({ err: error, file: this.#file }, 'the history of actions cannot be written');
    }
  }

  async #rewrite(): Promise<void> {
    const lines = [...this.#actions.values()].map((action) => `${JSON.stringify(action)}\n`);
    await writeFile(`${this.#file}.new`, lines.join(''), { mode: 0o600 });
    await rename(`${this.#file}.new`, this.#file);
    this.#lines = lines.length;
  }
}

/** Inside the unit's sandbox what is missing cannot be made: the service manager has to. */
const makeFolder = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const text = `the folder ${folder} is missing and cannot be made from here (${code}); as root, run: systemd-tmpfiles --create axion.conf (the installer does, too). Once it is there, this component starts by itself`;
    throw new AxionError('FAILED_PRECONDITION', text, { reason: 'FOLDER_MISSING', cause: error });
  }
};

/** A line that a crash cut short is none. */
const parse = (line: string): WorkloadAction | undefined => {
  try {
    const action = JSON.parse(line) as Partial<WorkloadAction>;
    return typeof action.task_id === 'string' && typeof action.workload_id === 'string' ? (action as WorkloadAction) : undefined;
  } catch {
    return undefined;
  }
};
