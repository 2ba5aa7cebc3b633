/** Told of everything that a stack command does, in the order of doing. */
export interface StackReport {
  /** `Creating service x`, `Removing network y`: Docker's own words, on standard output. */
  done(text: string): void;
  /** What people should know, on standard error. */
  warn(text: string): void;
}
