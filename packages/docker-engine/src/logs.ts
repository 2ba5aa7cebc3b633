import { AxionError } from '@axion/core';
import type { EngineCalls } from './engine-calls.ts';
import { LogFrames } from './log-frames.ts';
import type { LogLine } from './log-frames.ts';

export interface LogOptions {
  /** The last so many lines of each task. */
  readonly tail: number | 'all';
  readonly follow?: boolean;
  /** Seconds since 1970. */
  readonly since?: number;
  readonly timestamps?: boolean;
}

export interface Logs {
  /** The last lines that a container printed on its standard error, oldest first. At most `tail`. */
  ofContainer(idOrName: string, tail: number, signal?: AbortSignal): Promise<readonly string[]>;
  /** The last lines of one task, also of one that has ended, in the order they were printed. At most `tail`. */
  ofTask(taskId: string, tail: number, signal?: AbortSignal): Promise<readonly string[]>;
  /** Lines of all tasks of a service, until the last or, with `follow`, until `signal`. */
  ofService(serviceId: string, options: LogOptions, signal: AbortSignal): AsyncIterable<LogLine>;
}

/** A dead node never answers for its logs; what failed is worth more than how it came to that. */
const TASK_LOG_DEADLINE_MS = 4000;

const query = (options: LogOptions): Readonly<Record<string, unknown>> => ({
  stdout: true,
  stderr: true,
  tail: String(options.tail),
  follow: options.follow === true,
  timestamps: options.timestamps === true,
  ...(options.since === undefined ? {} : { since: options.since }),
});

export const logs = (calls: EngineCalls): Logs => {
  async function* lines(path: string, what: string, options: LogOptions, signal: AbortSignal): AsyncIterable<LogLine> {
    const stream = await calls.stream({ what, operation: 'logs', method: 'GET', path, query: query(options) }, signal);
    const frames = new LogFrames();
    try {
      for await (const chunk of stream) yield* frames.push(chunk as Buffer);
      yield* frames.end();
    } catch (error) {
      if (signal.aborted) return;
      throw new AxionError('UNAVAILABLE', `cannot ${what}: the stream broke`, { reason: 'ENGINE_CONNECTION', cause: error });
    } finally {
      stream.destroy();
    }
  }
  return {
    ofContainer: async (id, tail, signal) => {
      const deadline = AbortSignal.timeout(TASK_LOG_DEADLINE_MS);
      const found: string[] = [];
      const path = `/containers/${encodeURIComponent(id)}/logs`;
      for await (const { stream, text } of lines(path, `read the logs of container ${id}`, { tail }, signal === undefined ? deadline : AbortSignal.any([signal, deadline]))) {
        if (stream === 'stderr') found.push(text);
      }
      return found.slice(-tail);
    },
    ofTask: async (taskId, tail, signal) => {
      const deadline = AbortSignal.timeout(TASK_LOG_DEADLINE_MS);
      const found: string[] = [];
      for await (const { text } of lines(`/tasks/${encodeURIComponent(taskId)}/logs`, `read the logs of task ${taskId}`, { tail }, signal === undefined ? deadline : AbortSignal.any([signal, deadline]))) {
        found.push(text);
      }
      return found.slice(-tail);
    },
    ofService: (serviceId, options, signal) => lines(`/services/${encodeURIComponent(serviceId)}/logs`, `read the logs of service ${serviceId}`, options, signal),
  };
};
