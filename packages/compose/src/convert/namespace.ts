import type { StringMap } from '../model.ts';

/** Label on every object of a stack, with the stack's name. */
export const NAMESPACE_LABEL = 'com.docker.stack.namespace';
/** Label on a service, with its image as the file has it. */
export const IMAGE_LABEL = 'com.docker.stack.image';

/** Name of an object in a stack: its own `name:` if it has one, else the key behind the stack's name. */
export const scopedName = (namespace: string, key: string, ownName?: string): string => ownName ?? `${namespace}_${key}`;

/** A user's labels with the stack's on top. */
export const stackLabels = (namespace: string, labels: StringMap = {}): StringMap => ({ ...labels, [NAMESPACE_LABEL]: namespace });
