/** Something that can be closed in one of the usual ways. */
export type Closeable = AsyncDisposable | Disposable | { close(): unknown };

/**
 * Takes over a resource: it is closed after all services have stopped, the last one taken first. Returns the resource.
 */
export interface Own {
  <T extends Closeable>(resource: T): T;
  <T>(resource: T, close: (resource: T) => unknown): T;
}

/** An `own` that keeps its resources on `stack`. */
export const ownOn =
  (stack: AsyncDisposableStack): Own =>
  <T>(resource: T, close?: (resource: T) => unknown): T => {
    stack.defer(async () => {
      if (close !== undefined) await close(resource);
      else await closeUsual(resource as Closeable);
    });
    return resource;
  };

const closeUsual = async (resource: Closeable): Promise<void> => {
  if (Symbol.asyncDispose in resource) await resource[Symbol.asyncDispose]();
  else if (Symbol.dispose in resource) resource[Symbol.dispose]();
  else await resource.close();
};
