/** A piece of third-party software inside the bundle. */
export interface Part {
  readonly ecosystem: 'npm' | 'golang' | 'generic';
  readonly name: string;
  readonly version: string;
  /** As its author states it; SPDX where it is one. */
  readonly license: string | undefined;
  /** Folder with its licence texts. */
  readonly folder: string;
  /** Which files of the bundle it is in. */
  readonly inside: readonly string[];
  /** What a release's differs in from its authors' own. */
  readonly changes?: string;
}

/** Package URL (github.com/package-url/purl-spec). */
export const purlOf = ({ ecosystem, name, version }: Part): string =>
  `pkg:${ecosystem}/${name.split('/').map((segment) => encodeURIComponent(segment)).join('/')}@${encodeURIComponent(version)}`;

/** Sorted by what it is; a part in several files stands once. */
export const mergeParts = (parts: readonly Part[]): readonly Part[] => {
  const merged = new Map<string, Part>();
  for (const part of parts) {
    const before = merged.get(purlOf(part));
    merged.set(purlOf(part), before === undefined ? part : { ...before, inside: [...new Set([...before.inside, ...part.inside])].toSorted() });
  }
  return [...merged.values()].toSorted((a, b) => (purlOf(a) < purlOf(b) ? -1 : 1));
};
