import type { Engine } from '@axion/docker-engine';
import { expect, test } from 'vitest';
import { ImageStore } from './image-store.ts';

const { signal } = new AbortController();
const rig = (maxDiskPercent: number, there: readonly string[] = []) => {
  const images = new Set(there);
  const pulls: string[] = [];
  const wanted: (readonly [string, boolean])[] = [];
  const engine = {
    images: {
      find: async (image: string) => (images.has(image) ? {} : undefined),
      pull: async (image: string) => {
        pulls.push(image);
        images.add(image);
      },
    },
  } as unknown as Pick<Engine, 'images'>;
  const fill = { percent: 95, spare: 0 };
  return { pulls, wanted, fill, store: new ImageStore({ engine, disk: async () => ({ usedPercent: fill.percent, freeBytes: 5e6 }), makeRoom: async () => void (fill.percent -= fill.spare), maxDiskPercent, onWanted: async (image, pulled) => void wanted.push([image, pulled]) }) };
};

test('what is there is not pulled; what many want at once is pulled once', async () => {
  const { store, pulls, wanted } = rig(100, ['here:1']);
  await Promise.all([store.ensure('here:1', signal), ...Array.from({ length: 5 }, () => store.ensure('there:1', signal))]);
  expect(pulls).toEqual(['there:1']);
  expect(wanted).toContainEqual(['here:1', false]);
  expect(wanted).toContainEqual(['there:1', true]);
});

test('nothing is pulled onto a disk that is too full; the refusal says the numbers', async () => {
  const { store, pulls, fill } = rig(90);
  await expect(store.ensure('there:1', signal)).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED', reason: 'INSUFFICIENT_RESOURCES', message: expect.stringContaining('the disk is 95 % full (5 MB free)') as string });
  expect(pulls).toEqual([]);
  // What nobody needs goes first.
  fill.spare = 10;
  await store.ensure('there:1', signal);
  expect(pulls).toEqual(['there:1']);
});
