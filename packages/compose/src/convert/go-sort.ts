/**
 * The order that Go's `sort.Slice` gives a list, including where it puts equal items: for more than twelve it is not stable,
 * but always the same. A service's ports are sorted by it, and another order would be another service.
 * The algorithm is pattern-defeating quicksort (https://arxiv.org/abs/2106.05123) with Go's constants.
 */
export const goSort = <T>(items: readonly T[], less: (a: T, b: T) => boolean): readonly T[] => {
  const sorted = [...items];
  new PatternDefeatingSort(sorted, less).sort(0, sorted.length, bitLength(sorted.length));
  return sorted;
};

const INSERTION_MAX = 12;
const NINTHER_MIN = 50;
const MAX_SWAPS = 12;
const SHIFTING_MIN = 50;
const SHIFTING_STEPS = 5;

const bitLength = (value: number): number => 32 - Math.clz32(value);

/** Invariant: `#items` always holds the same items; every step only swaps two of them. */
class PatternDefeatingSort<T> {
  readonly #items: T[];
  readonly #lessThan: (a: T, b: T) => boolean;

  constructor(items: T[], lessThan: (a: T, b: T) => boolean) {
    this.#items = items;
    this.#lessThan = lessThan;
  }

  /** Sorts from `from` up to but not including `to`; `limit` bad pivots may be met. */
  sort(from: number, to: number, limit: number): void {
    let [start, end, left] = [from, to, limit];
    let balanced = true;
    let partitioned = true;
    for (;;) {
      const length = end - start;
      // Go turns to heapsort when the limit is used up, which no list of ports gets to; insertion is right there too.
      if (length <= INSERTION_MAX || left === 0) {
        this.#insertionSort(start, end);
        return;
      }
      if (!balanced) {
        this.#breakPatterns(start, end);
        left -= 1;
      }
      let { pivot, hint } = this.#choosePivot(start, end);
      if (hint === 'decreasing') {
        this.#reverse(start, end);
        pivot = end - 1 - (pivot - start);
        hint = 'increasing';
      }
      if (balanced && partitioned && hint === 'increasing' && this.#isNearlySorted(start, end)) return;
      if (start > 0 && !this.#less(start - 1, pivot)) {
        start = this.#partitionEqual(start, end, pivot);
        continue;
      }
      const split = this.#partition(start, end, pivot);
      partitioned = split.already;
      const [below, above] = [split.middle - start, end - split.middle];
      balanced = Math.min(below, above) >= Math.floor(length / 8);
      if (below < above) {
        this.sort(start, split.middle, left);
        start = split.middle + 1;
      } else {
        this.sort(split.middle + 1, end, left);
        end = split.middle;
      }
    }
  }

  #less(a: number, b: number): boolean {
    return this.#lessThan(this.#items[a] as T, this.#items[b] as T);
  }

  #swap(a: number, b: number): void {
    const kept = this.#items[a] as T;
    this.#items[a] = this.#items[b] as T;
    this.#items[b] = kept;
  }

  #insertionSort(start: number, end: number): void {
    for (let i = start + 1; i < end; i += 1) for (let j = i; j > start && this.#less(j, j - 1); j -= 1) this.#swap(j, j - 1);
  }

  #reverse(start: number, end: number): void {
    for (let i = start, j = end - 1; i < j; i += 1, j -= 1) this.#swap(i, j);
  }

  #choosePivot(start: number, end: number): { pivot: number; hint: 'increasing' | 'decreasing' | 'unknown' } {
    const length = end - start;
    const quarter = Math.floor(length / 4);
    let swaps = 0;
    const median = (a: number, b: number, c: number): number => {
      let [low, middle, high] = [a, b, c];
      const order = (x: number, y: number): [number, number] => {
        if (!this.#less(y, x)) return [x, y];
        swaps += 1;
        return [y, x];
      };
      [low, middle] = order(low, middle);
      [middle, high] = order(middle, high);
      [, middle] = order(low, middle);
      return middle;
    };
    const candidates = [1, 2, 3].map((part) => start + quarter * part);
    const [first, second, third] = (length >= NINTHER_MIN ? candidates.map((at) => median(at - 1, at, at + 1)) : candidates) as [number, number, number];
    const pivot = median(first, second, third);
    return { pivot, hint: swaps === 0 ? 'increasing' : swaps === MAX_SWAPS ? 'decreasing' : 'unknown' };
  }

  /** Finishes a range with at most a few items out of place, or gives up. */
  #isNearlySorted(start: number, end: number): boolean {
    let at = start + 1;
    for (let step = 0; step < SHIFTING_STEPS; step += 1) {
      while (at < end && !this.#less(at, at - 1)) at += 1;
      if (at === end) return true;
      if (end - start < SHIFTING_MIN) return false;
      this.#swap(at, at - 1);
      if (at - start >= 2) for (let j = at - 1; j >= 1 && this.#less(j, j - 1); j -= 1) this.#swap(j, j - 1);
      if (end - at >= 2) for (let j = at + 1; j < end && this.#less(j, j - 1); j += 1) this.#swap(j, j - 1);
    }
    return false;
  }

  /** Items below the pivot before it, the others behind it. */
  #partition(start: number, end: number, pivot: number): { middle: number; already: boolean } {
    this.#swap(start, pivot);
    let [i, j] = [start + 1, end - 1];
    const narrow = (): boolean => {
      while (i <= j && this.#less(i, start)) i += 1;
      while (i <= j && !this.#less(j, start)) j -= 1;
      return i <= j;
    };
    let already = true;
    while (narrow()) {
      already = false;
      this.#swap(i, j);
      i += 1;
      j -= 1;
    }
    this.#swap(j, start);
    return { middle: j, already };
  }

  /** Items equal to the pivot first; returns where the greater ones start. */
  #partitionEqual(start: number, end: number, pivot: number): number {
    this.#swap(start, pivot);
    let [i, j] = [start + 1, end - 1];
    for (;;) {
      while (i <= j && !this.#less(start, i)) i += 1;
      while (i <= j && this.#less(start, j)) j -= 1;
      if (i > j) return i;
      this.#swap(i, j);
      i += 1;
      j -= 1;
    }
  }

  /** Swaps three items around the middle with ones that a fixed generator picks, against inputs made to be slow. */
  #breakPatterns(start: number, end: number): void {
    const length = end - start;
    let random = BigInt(length);
    const mask = (1n << BigInt(bitLength(length))) - 1n;
    const middle = start + Math.floor(length / 4) * 2;
    for (let i = 0; i < 3; i += 1) {
      random = BigInt.asUintN(64, random ^ (random << 13n));
      random ^= random >> 7n;
      random = BigInt.asUintN(64, random ^ (random << 17n));
      const picked = Number(random & mask);
      this.#swap(middle - 1 + i, start + (picked >= length ? picked - length : picked));
    }
  }
}
