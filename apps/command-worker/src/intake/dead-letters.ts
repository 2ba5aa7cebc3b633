import { Lanes } from '@axion/core';
import type { AxionError, Clock } from '@axion/core';
import type { KafkaRecord, OutgoingRecord } from '@axion/kafka';
import type { Logger } from '@axion/service-kit';
import { deadLetterOf, mayBeDeadLettered } from './dead-letter.ts';
import type { Patience } from './patience.ts';

/** Of a payload that is too large for the dead letter topic so much is kept, bytes. */
const SHORTENED_BYTES = 64 * 1024;

export interface DeadLettersOptions {
  readonly send: (letter: OutgoingRecord) => Promise<void>;
  readonly patience: Patience;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Puts records aside that cannot be handled, with the reason; one after the other, so that they can be sent again in the order they came. */
export class DeadLetters {
  readonly #options: DeadLettersOptions;
  readonly #lane = new Lanes(1);

  constructor(options: DeadLettersOptions) {
    this.#options = options;
  }

  /** Resolves when Kafka has the dead letter: true; or the record came from there already and is dropped: false. */
  async take(record: KafkaRecord, error: AxionError, signal: AbortSignal): Promise<boolean> {
    const { patience, clock, log } = this.#options;
    const { topic, partition, offset } = record;
    if (!mayBeDeadLettered(record)) {
      log.warn({ topic, partition, offset, err: error }, 'a replayed dead letter failed again and is dropped');
      return false;
    }
    const at = clock.now();
    log.warn({ topic, partition, offset, err: error }, 'a message cannot be handled and goes to the dead letters');
    await this.#lane.run('', () => patience.until('send a dead letter', () => this.#send(record, error, at), signal));
    return true;
  }

  async #send(record: KafkaRecord, error: AxionError, at: number): Promise<void> {
    const { send, log } = this.#options;
    try {
      await send(deadLetterOf(record, error, at));
    } catch (failure) {
      if ((failure as AxionError).retryable) throw failure;
      log.info({ offset: record.offset, err: failure }, 'Kafka refuses the dead letter as it is; it is sent with its payload cut');
      await send(deadLetterOf(record, error, at, SHORTENED_BYTES));
    }
  }
}
