import { expect, test } from 'vitest';
import { WorkPlace } from './work-place.ts';

/** A run whose place is free again only when the test says so. */
const scene = () => {
  const log: string[] = [];
  let again = Promise.resolve();
  const run = {
    offSlot: async <T>(work: () => Promise<T>): Promise<T> => {
      log.push('given');
      try {
        return await work();
      } finally {
        log.push('asked');
        await again;
        log.push('taken');
      }
    },
  };
  return { place: new WorkPlace(run), log, takenAfter: (free: Promise<void>): void => void (again = free) };
};

test('calls inside of each other and side by side give one place up once, until the last of them ends', async () => {
  const { place, log } = scene();
  const [one, two] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const outer = place.offSlot(async () => {
    await Promise.all([place.offSlot(() => one.promise), place.offSlot(() => two.promise)]);
    log.push('still off');
  });
  one.resolve();
  two.resolve();
  await outer;
  expect(log).toEqual(['given', 'still off', 'asked', 'taken']);
});

test('what waits again while the place is asked for takes no second one', async () => {
  const { place, log, takenAfter } = scene();
  const free = Promise.withResolvers<void>();
  takenAfter(free.promise);
  const first = place.offSlot(async () => undefined);
  await Promise.resolve();
  const second = place.offSlot(async () => undefined);
  await new Promise((resolve) => setImmediate(resolve));
  expect(log).toEqual(['given', 'asked']);
  free.resolve();
  await Promise.all([first, second]);
  expect(log).toEqual(['given', 'asked', 'taken', 'given', 'asked', 'taken']);
});

test('a place that cannot be had again is an error', async () => {
  const { place, takenAfter } = scene();
  takenAfter(Promise.reject(new Error('handed back')));
  await expect(place.offSlot(async () => undefined)).rejects.toThrow('handed back');
});
