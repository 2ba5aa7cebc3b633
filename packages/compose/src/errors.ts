import { AxionError } from '@axion/core';

/** Where in the files something is wrong. Line and column count from 1. */
export interface ComposePosition {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Dotted path of the key, e.g. `services.web.ports.0`. */
  readonly key?: string;
}

/**
 * A stack file that cannot be used. `message` is what `docker stack deploy` prints for it; `where` is added for people in
 * `toString`-like output by `describe`. Never carries a value of the environment.
 */
export class ComposeError extends AxionError {
  override readonly name = 'ComposeError';
  declare readonly reason: ComposeReason;
  readonly where: ComposePosition;

  constructor(reason: ComposeReason, message: string, where: ComposePosition = {}, cause?: unknown) {
    super('INVALID_ARGUMENT', message, {
      reason,
      retryable: false,
      details: Object.fromEntries(Object.entries(where).filter(([, value]) => value !== undefined)) as Record<string, string | number>,
      ...(cause === undefined ? {} : { cause }),
    });
    this.where = where;
  }

  /** One line naming file, line, key and reason. */
  describe(): string {
    const { file, line, key } = this.where;
    const place = [file, line].filter((part) => part !== undefined).join(':');
    const subject = key !== undefined && !this.message.includes(key) ? `${key}: ` : '';
    return `${place === '' ? '' : `${place}: `}${subject}${this.message}`;
  }
}

/** Why a stack was refused. */
export type ComposeReason =
  | 'YAML'
  | 'VERSION'
  | 'FORBIDDEN_KEY'
  | 'INTERPOLATION'
  | 'SCHEMA'
  | 'VALUE'
  | 'FILE'
  | 'IMAGE'
  | 'UNDEFINED'
  | 'EXTERNAL'
  | 'CONFLICT';
