import { fieldsOf, linesOf, numberOf } from './lines.ts';

/** Parses a file of `name number` lines: cpu.stat, memory.stat, cpuacct.stat. */
export const parseFlatKeyed = (text: string): ReadonlyMap<string, number> => {
  const values = new Map<string, number>();
  for (const line of linesOf(text)) {
    const [name, field] = fieldsOf(line);
    const value = numberOf(field);
    if (name !== undefined && value !== undefined) values.set(name, value);
  }
  return values;
};

/** No limit is `max` in cgroup v2 and the largest multiple of a page in v1; either way there is no number to report. */
const V1_UNLIMITED = 0x7fff_ffff_ffff_f000;

/** Parses a file that holds one number or `max`; `undefined` for no limit and for no number. */
export const parseLimit = (text: string): number | undefined => {
  const value = numberOf(text.trim());
  return value === undefined || value < 0 || value >= V1_UNLIMITED ? undefined : value;
};
