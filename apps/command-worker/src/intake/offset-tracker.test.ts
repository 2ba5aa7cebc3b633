import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OffsetTracker } from './offset-tracker.ts';

test('only the finished prefix is committable, whatever the order of finishing', () => {
  const tracker = new OffsetTracker();
  for (const offset of [5, 6, 9]) tracker.take(0, offset);
  tracker.finish(0, 6);
  expect(tracker.committable()).toEqual(new Map());
  tracker.finish(0, 5);
  expect(tracker.committable()).toEqual(new Map([[0, 7]]));
  tracker.finish(0, 9);
  expect(tracker.committable()).toEqual(new Map([[0, 10]]));
});

test('partitions do not wait for each other', () => {
  const tracker = new OffsetTracker();
  tracker.take(0, 1);
  tracker.take(1, 1);
  tracker.finish(1, 1);
  expect(tracker.committable()).toEqual(new Map([[1, 2]]));
});

test('what finishes during a commit is counted until the next one', () => {
  const tracker = new OffsetTracker();
  tracker.take(0, 1);
  tracker.take(0, 2);
  tracker.finish(0, 1);
  const underWay = tracker.committable();
  tracker.finish(0, 2);
  tracker.committed(underWay);
  expect(tracker.committable()).toEqual(new Map([[0, 3]]));
  expect(tracker.uncommitted).toBe(1);
  tracker.committed(tracker.committable());
  expect(tracker.uncommitted).toBe(0);
  expect(tracker.committable()).toEqual(new Map());
});

test('after a reset what was under way before changes nothing', () => {
  const tracker = new OffsetTracker();
  tracker.take(0, 1);
  tracker.reset();
  tracker.finish(0, 1);
  tracker.committed(new Map([[0, 2]]));
  expect([tracker.uncommitted, tracker.committable()]).toEqual([0, new Map()]);
});

test('never commits past an unfinished record, and all of them in the end', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(50), { minLength: 1 }), fc.infiniteStream(fc.nat()), (offsets, picks) => {
      const tracker = new OffsetTracker();
      const taken = offsets.toSorted((a, b) => a - b);
      for (const offset of taken) tracker.take(0, offset);
      const open = [...taken];
      while (open.length > 0) {
        const [finished] = open.splice(picks.next().value! % open.length, 1);
        tracker.finish(0, finished!);
        const next = tracker.committable().get(0) ?? -1;
        expect(open.every((offset) => offset >= next)).toBe(true);
        tracker.committed(tracker.committable());
      }
      expect(tracker.uncommitted).toBe(0);
    }),
  );
});

test('what was taken before a rebalance and is not finished holds back what Kafka goes on with behind it', () => {
  const tracker = new OffsetTracker();
  tracker.take(0, 24);
  tracker.reset();
  tracker.take(0, 25);
  tracker.finish(0, 25);
  expect(tracker.committable().size).toBe(0);
  tracker.finish(0, 24);
  expect(tracker.committable()).toEqual(new Map([[0, 26]]));
  // Delivered again from there, it is an ordinary one.
  tracker.take(0, 26);
  tracker.reset();
  tracker.take(0, 26);
  tracker.finish(0, 26);
  expect(tracker.committable()).toEqual(new Map([[0, 27]]));
});
