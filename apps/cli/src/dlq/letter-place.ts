import { AxionError } from '@axion/core';

/** Where a dead letter lies in its topic. */
export interface LetterPlace {
  readonly partition: number;
  readonly offset: number;
}

export const placeText = ({ partition, offset }: LetterPlace): string => `${partition}:${offset}`;

/** Reads `PARTITION:OFFSET`. @throws {AxionError} `INVALID_ARGUMENT` */
export const readPlace = (text: string): LetterPlace => {
  const [, partition, offset] = (/^(\d{1,9}):(\d{1,15})$/.exec(text) ?? []).map(Number);
  if (partition === undefined || offset === undefined) throw new AxionError('INVALID_ARGUMENT', `"${text}" is no place of a dead letter; it looks like 0:17, as axion dlq list shows it`);
  return { partition, offset };
};
