/** Something a person has to know or do; printed as it is, without a stack. */
export class SetupFailure extends Error {
  /** @param {string} message @param {{ cause?: unknown }} [options] */
  constructor(message, options) {
    super(message, options);
    this.name = 'SetupFailure';
  }
}
