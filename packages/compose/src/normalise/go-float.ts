const DIGITS = '\\d+(?:_\\d+)*';
const FLOAT = new RegExp(`^[-+]?(?:${DIGITS}(?:\\.(?:${DIGITS})?)?|\\.${DIGITS})(?:[eE][-+]?${DIGITS})?$`);
const SPECIAL = /^([-+]?)(?:(inf(?:inity)?)|nan)$/i;

/**
 * A decimal number as Go's `strconv.ParseFloat` reads it: underscores between digits, and words for what is no number.
 * @throws Error in Go's words.
 */
export const parseGoFloat = (text: string): number => {
  const special = SPECIAL.exec(text);
  if (special !== null && (special[2] !== undefined || special[1] === '')) return special[2] === undefined ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
  if (!FLOAT.test(text)) throw new Error(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
  const value = Number(text.replaceAll('_', ''));
  if (!Number.isFinite(value)) throw new Error(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: value out of range`);
  return value;
};
