/** Non-empty lines of a kernel file. */
export const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** The blank-separated fields of a line. */
export const fieldsOf = (line: string): string[] => line.trim().split(/\s+/);

/** A field that must be a number; `undefined` where the kernel wrote something else, so that one odd value costs one series. */
export const numberOf = (field: string | undefined): number | undefined => {
  if (field === undefined || field === '') return undefined;
  const value = Number(field);
  return Number.isFinite(value) ? value : undefined;
};
