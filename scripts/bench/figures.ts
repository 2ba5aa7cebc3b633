import Table from 'cli-table3';

/** One line of a benchmark's result. `ours` and `theirs` are medians in `unit`; `value` is what `aim` speaks of. */
export interface Figure {
  readonly name: string;
  readonly ours: number | null;
  readonly theirs: number | null;
  readonly value: number;
  readonly unit: string;
  /** In words with a comparison first: `<= 0.9 × theirs`, `>= 1000 a second`. */
  readonly aim: string;
  readonly met: boolean;
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/** The value below which the share `p` (0…1) of the samples lies; nearest rank. */
export const percentile = (values: readonly number[], p: number): number => values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(p * values.length) - 1)]!;

const round = (value: number): number => Number(value.toPrecision(4));

/** Ours against theirs, run in turn: the median of the ratios pair by pair, so that a machine whose speed drifts does not decide. */
export const ratioFigure = (name: string, ours: readonly number[], theirs: readonly number[], unit: string, most: number): Figure => {
  const value = round(median(ours.map((own, i) => own / theirs[i]!)));
  return { name, ours: round(median(ours)), theirs: round(median(theirs)), value, unit, aim: `<= ${most} × theirs`, met: value <= most };
};

/** A figure of ours alone against a bound. */
export const boundFigure = (name: string, value: number, unit: string, aim: { readonly atMost: number } | { readonly atLeast: number }): Figure => {
  const met = 'atMost' in aim ? value <= aim.atMost : value >= aim.atLeast;
  return { name, ours: round(value), theirs: null, value: round(value), unit, aim: 'atMost' in aim ? `<= ${aim.atMost} ${unit}` : `>= ${aim.atLeast} ${unit}`, met };
};

/** Prints the figures: a table for people, and with `json` one closing line for programs. */
export const printFigures = (bench: string, figures: readonly Figure[], json: boolean): void => {
  const table = new Table({ head: ['figure', 'ours', 'theirs', 'value', 'unit', 'aim', 'met'], style: { head: [], border: [], compact: true } });
  for (const figure of figures) table.push([figure.name, figure.ours ?? '-', figure.theirs ?? '-', figure.value, figure.unit, figure.aim, figure.met ? 'yes' : 'NO']);
  process.stdout.write(`${table.toString()}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ bench, figures })}\n`);
};
