import { AxionError, asAxionError } from '@axion/core';

/**
 * Runs one step against the engine; a refusal is told as Docker's client tells it, because scripts and people look for
 * those words: `failed to create service x: Error response from daemon: …`.
 */
export const asDocker = async <T>(step: string, work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (thrown) {
    const error = asAxionError(thrown);
    const frame = `cannot ${String(error.details['operation'])}: `;
    const words = error.message.startsWith(frame) ? error.message.slice(frame.length) : error.message;
    throw new AxionError(error.code, `${step}: Error response from daemon: ${words}`, { ...(error.reason === undefined ? {} : { reason: error.reason }), details: error.details, cause: thrown });
  }
};
