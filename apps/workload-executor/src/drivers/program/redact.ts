/** Shorter values hide nothing and would turn every "1" of an output into stars. */
const SHORTEST = 4;
const PLAIN = new Set(['true', 'false', 'none', 'null']);

/** Takes secret values out of a text, whole or as they appear in its lines. */
export const redact = (text: string, secrets: Iterable<string>): string => {
  const parts = new Set([...secrets].flatMap((secret) => [secret, ...secret.split('\n')]).filter((part) => part.length >= SHORTEST && !PLAIN.has(part)));
  // Longest first: a secret may be part of another.
  return [...parts].toSorted((a, b) => b.length - a.length).reduce((left, part) => left.replaceAll(part, '****'), text);
};
