import { fieldsOf, numberOf } from './lines.ts';

/** Mean length of the run queue over 1, 5 and 15 minutes. */
export interface LoadAverage {
  readonly one: number;
  readonly five: number;
  readonly fifteen: number;
}

/** Parses /proc/loadavg; `undefined` when it does not hold three numbers. */
export const parseLoadavg = (text: string): LoadAverage | undefined => {
  const [one, five, fifteen] = fieldsOf(text).slice(0, 3).map(numberOf);
  return one === undefined || five === undefined || fifteen === undefined ? undefined : { one, five, fifteen };
};
