/** The part of pino's logger that the bus uses. */
export interface BusLog {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** For callers that do not log. */
export const silentLog: BusLog = { debug() {}, info() {}, warn() {}, error() {} };
