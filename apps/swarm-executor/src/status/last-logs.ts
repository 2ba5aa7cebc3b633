import { AxionError, parseProjectId } from '@axion/core';
import type { Engine, LogLine } from '@axion/docker-engine';
import { findService } from '../commands/find-service.ts';
import { textField } from './text-field.ts';

const DEFAULT_TAIL = 100;
/** An answer on the bus is one message. */
const MAX_LINES = 2000;
const MAX_CHARACTERS = 512 * 1024;
/** A dead node never ends its part of the answer. */
const ENOUGH_MS = 5000;

/** The last lines of a service, of all its tasks, newest last; with `since` (seconds since 1970) those from then on, with `timestamps` each behind its time. */
export const lastLogs = async (engine: Engine, body: unknown, signal: AbortSignal): Promise<{ readonly lines: readonly LogLine[] }> => {
  const projectId = textField(body, 'project_id');
  const name = textField(body, 'service_name');
  if (projectId === undefined || name === undefined) throw new AxionError('INVALID_ARGUMENT', 'logs takes project_id and service_name', { reason: 'INVALID_ACTION' });
  const { tail: asked, since, timestamps } = body as Readonly<Record<string, unknown>>;
  const tail = typeof asked === 'number' && Number.isInteger(asked) && asked > 0 ? Math.min(asked, MAX_LINES) : DEFAULT_TAIL;
  const service = await findService(engine, parseProjectId(projectId), name, signal);
  const options = { tail, timestamps: timestamps === true, ...(typeof since === 'number' ? { since } : {}) };
  const lines: LogLine[] = [];
  for await (const line of engine.logs.ofService(service.id, options, AbortSignal.any([signal, AbortSignal.timeout(ENOUGH_MS)]))) lines.push(line);
  let left = MAX_CHARACTERS;
  const kept = lines.slice(-MAX_LINES).toReversed().filter(({ text: line }) => (left -= line.length) > 0);
  return { lines: kept.toReversed() };
};
