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
  return { pulls, wanted, store: new ImageStore({ engine, diskPath: '/', maxDiskPercent, onWanted: async (image, pulled) => void wanted.push([image, pulled]) }) };
};

test('what is there is not pulled; what many want at once is pulled once', async () => {
  const { store, pulls, wanted } = rig(100, ['here:1']);
  await Promise.all([store.ensure('here:1', signal), ...Array.from({ length: 5 }, () => store.ensure('there:1', signal))]);
  expect(pulls).toEqual(['there:1']);
  expect(wanted).toContainEqual(['here:1', false]);
  expect(wanted).toContainEqual(['there:1', true]);
});

test('nothing is pulled onto a disk that is too full; the refusal says the numbers', async () => {
  const { store, pulls } = rig(-1);
  await expect(store.ensure('there:1', signal)).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED', reason: 'INSUFFICIENT_RESOURCES', message: expect.stringMatching(/the disk is \d+ % full \(\d+ MB free\)/) as string });
  expect(pulls).toEqual([]);
});
