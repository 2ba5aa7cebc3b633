import { AxionError } from '@axion/core';
import { present } from './present.ts';

/** Where in the files something is wrong. Line and column count from 1. */
export interface ComposePosition {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Dotted path of the key, e.g. `services.web.ports.0`. */
  readonly key?: string;
  /** The same as parts; names may have dots in them. */
  readonly path?: readonly (string | number)[];
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
      details: present({ file: where.file, line: where.line, column: where.column, key: where.key }),
      ...(cause === undefined ? {} : { cause }),
    });
    this.where = where;
  }

  /** The same refusal with its place in the files. */
  at(where: ComposePosition): ComposeError {
    return new ComposeError(this.reason, this.message, { ...this.where, ...where }, this.cause);
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
