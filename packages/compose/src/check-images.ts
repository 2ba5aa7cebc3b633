import { ComposeError } from './errors.ts';
import { parseImageReference } from './normalise/image-reference.ts';
import type { StackModel } from './model.ts';
import type { StackDocument } from './yaml/read-document.ts';
import { placeIn } from './yaml/place.ts';

/**
 * Every service needs an image that can be named; what `build` would make is nothing a swarm can pull.
 * @throws ComposeError for the first service without one.
 */
export const checkImages = (model: StackModel, documents: readonly StackDocument[]): void => {
  for (const { name, image } of model.services) {
    const problem = image === undefined ? 'no image specified' : parseImageReference(image);
    if (typeof problem === 'string') {
      throw new ComposeError('IMAGE', `invalid image reference for service ${name}: ${problem}`, placeIn(documents, ['services', name, 'image']));
    }
  }
};
