import { inspect } from 'node:util';

/**
 * A value that must not be seen. It prints as `[redacted]` in templates, JSON, logs and `console.log`; only `reveal()`
 * gives it up, so every place that uses a secret can be found by that word.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }

  [inspect.custom](): string {
    return '[redacted]';
  }
}
