interface Range {
  readonly type: string;
  readonly quality: number;
}

const rangesOf = (accept: string): Range[] =>
  accept.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1');
    return { type, quality: Number.isNaN(quality) ? 0 : quality };
  });

const matches = (range: string, type: string): boolean => range === type || range === '*/*' || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)));

/** The closest range to a media type says what it is worth (RFC 9110 section 12.5.1): itself, then its kind, then anything. */
const qualityOf = (type: string, ranges: readonly Range[]): number => {
  const fitting = ranges.filter((range) => matches(range.type, type));
  for (const closeness of [type, `${type.split('/')[0]}/*`, '*/*']) {
    const found = fitting.filter((range) => range.type === closeness);
    if (found.length > 0) return Math.max(...found.map(({ quality }) => quality));
  }
  return 0;
};

/**
 * Which of the media types offered the client wants most; the first of equals, and the first when it wants none of them:
 * an answer it did not ask for says more than 406.
 */
export const preferred = <T extends string>(accept: string | undefined, offered: readonly [T, ...T[]]): T => {
  if (accept === undefined || accept.trim() === '') return offered[0];
  const ranges = rangesOf(accept);
  let best = offered[0];
  for (const type of offered) if (qualityOf(type, ranges) > qualityOf(best, ranges)) best = type;
  return best;
};
