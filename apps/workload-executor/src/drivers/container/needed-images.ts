import type { WorkloadBook } from '../../store/workload-book.ts';
import type { Driver } from '../driver.ts';

/** Images that workloads on record need: of what is in force, of what waits to be, and of what a failed revision gives its place back to. */
export const neededImages = async (book: Pick<WorkloadBook, 'all' | 'specOf'>, drivers: readonly Pick<Driver, 'images'>[]): Promise<ReadonlySet<string>> => {
  const named = book.all().flatMap(({ id, current, pending }) =>
    [current, pending].flatMap((revision) => {
      const opened = book.specOf(id, revision);
      return opened?.type === 'container' ? [opened.spec.image] : [];
    }),
  );
  const told = await Promise.all(drivers.map(async (driver) => (await driver.images?.()) ?? []));
  return new Set([...named, ...told.flat()]);
};
