/** The part of pino's logger that a client of Kafka uses. */
export interface KafkaLog {
  isLevelEnabled(level: 'debug'): boolean;
  debug(details: object, message: string): void;
}

/** For callers that do not log. */
export const silentLog: KafkaLog = { isLevelEnabled: () => false, debug() {} };
