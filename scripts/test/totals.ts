/** How many tests ended how. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NONE: Totals = { passed: 0, failed: 0, skipped: 0 };

export const add = (a: Totals, b: Totals): Totals => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped });

/** The line that a test run ends with. */
export const line = ({ passed, failed, skipped }: Totals): string => `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** A run passes when something ran and nothing failed. */
export const passes = ({ passed, failed }: Totals): boolean => failed === 0 && passed > 0;

/** A check that is one test by itself: the types, the lint, the build. */
export const single = (ok: boolean): Totals => ({ ...NONE, ...(ok ? { passed: 1 } : { failed: 1 }) });
