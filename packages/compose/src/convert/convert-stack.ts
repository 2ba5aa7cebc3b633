import type { ReadFile } from '../load-options.ts';
import type { StackModel } from '../model.ts';
import type { StackSpec } from '../spec/stack-spec.ts';
import { ComposeError } from '../errors.ts';

export interface ConvertOptions {
  /** The stack's name; the prefix of every object's name and the value of the namespace label. */
  readonly namespace: string;
  readonly readFile: ReadFile;
}

/**
 * What a stack asks of the engine.
 * @throws ComposeError for undeclared references and values that Docker's client refuses.
 */
export const convertStack = (model: StackModel, options: ConvertOptions): StackSpec => {
  throw new ComposeError('VALUE', `converting ${model.services.length} services of ${options.namespace} is not available yet`);
};
