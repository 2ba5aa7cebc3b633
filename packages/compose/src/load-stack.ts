import type { LoadOptions, Warning } from './load-options.ts';
import type { StackModel } from './model.ts';
import { ComposeError } from './errors.ts';

export interface LoadedStack {
  readonly model: StackModel;
  readonly warnings: readonly Warning[];
}

/**
 * Reads stack files into one model: YAML → interpolation → schema → normalising → merging.
 * @throws ComposeError for everything that is wrong with the files.
 */
export const loadStack = (options: LoadOptions): LoadedStack => {
  throw new ComposeError('VALUE', `reading ${options.files.length} stack files is not available yet`);
};
