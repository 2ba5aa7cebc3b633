import { ComposeError } from './errors.ts';
import { parseImageReference } from './normalise/image-reference.ts';
import type { StackModel } from './model.ts';
import type { StackDocument } from './yaml/read-document.ts';
import { isMap } from './yaml/value.ts';

/**
 * Every service needs an image that can be named; what `build` would make is nothing a swarm can pull.
 * @throws ComposeError for the first service without one.
 */
export const checkImages = (model: StackModel, documents: readonly StackDocument[]): void => {
  for (const { name, image } of model.services) {
    const path = ['services', name, 'image'];
    const problem = image === undefined ? 'no image specified' : parseImageReference(image);
    if (typeof problem === 'string') {
      // The last file that mentions the service is the one that decided.
      const document = documents.findLast(({ root }) => isMap(root.get('services')) && (root.get('services') as ReadonlyMap<string, unknown>).has(name));
      throw new ComposeError('IMAGE', `invalid image reference for service ${name}: ${problem}`, { ...document?.position(path), key: path.join('.') });
    }
  }
};
