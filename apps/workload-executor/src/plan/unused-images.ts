/** An image that was pulled for a workload. */
export interface PulledImage {
  readonly reference: string;
  /** When it was last wanted, milliseconds since 1970. */
  readonly wantedAt: number;
}

export interface ImageRules {
  /** Unused for so long, it goes. */
  readonly keepMs: number;
  /** The disk is fuller than `[workloads].max_disk_percent`: whatever is unused goes. */
  readonly pressed: boolean;
}

/** The pulled images that nothing on record needs any more, oldest first. Pure. Revisions in force and those that wait count as needed. */
export const unusedImages = (pulled: readonly PulledImage[], needed: ReadonlySet<string>, now: number, { keepMs, pressed }: ImageRules): readonly string[] =>
  pulled
    .filter(({ reference, wantedAt }) => !needed.has(reference) && (pressed || now - wantedAt > keepMs))
    .toSorted((a, b) => a.wantedAt - b.wantedAt)
    .map(({ reference }) => reference);
