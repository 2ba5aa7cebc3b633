import { asAxionError } from '@axion/core';
import type { Clock } from '@axion/core';
import type { MetricFamily, SampleGroup } from './sample-group.ts';

/** What one pass over all groups brought. */
export interface Pass {
  /** Its start, milliseconds since 1970. */
  readonly at: number;
  readonly seconds: number;
  readonly families: readonly MetricFamily[];
  /** Groups that are missing, and why. */
  readonly missing: readonly { readonly group: string; readonly reason: string }[];
}

/** One pass. A group that cannot be read is missing from it and named; the others are there. Never throws. */
export const takePass = async (groups: readonly SampleGroup[], clock: Clock): Promise<Pass> => {
  const at = clock.now();
  const started = clock.monotonic();
  const families: MetricFamily[] = [];
  const missing: { group: string; reason: string }[] = [];
  for (const group of groups) {
    try {
      for (const family of await group.collect()) families.push(family);
    } catch (error) {
      missing.push({ group: group.name, reason: asAxionError(error).message });
    }
  }
  return { at, seconds: (clock.monotonic() - started) / 1000, families, missing };
};
