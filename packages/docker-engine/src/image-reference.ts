import { AxionError } from '@axion/core';
import { parseImageReference } from '@axion/compose';

/** Why a text names no image, in Docker's words; `undefined`: it names one. Pure. */
export const imageProblem = (image: string): string | undefined => {
  const parsed = parseImageReference(image);
  return typeof parsed === 'string' ? parsed : undefined;
};

/**
 * The reference itself, once it is known to be one: it becomes part of a request's path.
 *
 * @throws {AxionError} `INVALID_ARGUMENT`, `INVALID_IMAGE`
 */
export const checkedImage = (image: string): string => {
  const problem = imageProblem(image);
  if (problem === undefined) return image;
  throw new AxionError('INVALID_ARGUMENT', `${JSON.stringify(image.slice(0, 120))} is no image: ${problem}`, { reason: 'INVALID_IMAGE', details: { image: image.slice(0, 120) } });
};
