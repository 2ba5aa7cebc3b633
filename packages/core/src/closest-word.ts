/** How many letters must change to turn one word into the other (Levenshtein). */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
};

/** The known word that was most likely meant by `given`, in any case, if any is close. */
export const closestWord = (given: string, known: readonly string[]): string | undefined => {
  if (given.length > 100) return undefined;
  // Two: letters that changed places.
  const limit = given.length <= 3 ? 1 : Math.max(2, Math.floor(given.length / 4));
  const ranked = known.map((word) => ({ word, steps: distance(given.toLowerCase(), word.toLowerCase()) })).sort((a, b) => a.steps - b.steps);
  const best = ranked[0];
  return best !== undefined && best.steps <= limit ? best.word : undefined;
};

/** `; did you mean "x"?`, or nothing. */
export const didYouMean = (word: string | undefined): string => (word === undefined ? '' : `; did you mean "${word}"?`);
