import { AxionError } from '@axion/core';
import { expect, test } from 'vitest';
import { FakePlane, steppedClock } from './fixtures/fake-plane.ts';
import { Heartbeat } from './heartbeat.ts';

const identity = { agentId: 'a', serverId: 's' };
const load = () => ({ cpuPercent: 1, memoryUsed: 2, diskUsed: 3, activeContainers: 4 });
const { signal } = new AbortController();

test('heartbeats keep their pace, and a late one is followed by the next regular one', async () => {
  const plane = new FakePlane();
  const durations = [0, 100, 2300, 0, 0];
  const starts: number[] = [];
  const clock = steppedClock();
  plane.before = () => {
    const duration = durations.shift();
    if (duration === undefined) throw new AxionError('UNAVAILABLE', 'gone');
    starts.push(clock.time);
    clock.time += duration;
  };
  const answers: number[] = [];
  const heartbeat = new Heartbeat({ interval: 1000, load, onAnswered: (ms) => answers.push(ms), onUpdate: () => {}, clock });
  await expect(heartbeat.run(plane, identity, signal)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(starts).toEqual([0, 1000, 2000, 5000, 6000]);
  expect(answers).toEqual([0, 100, 2300, 0, 0]);
});

test('each says when the last one was answered, also over sessions', async () => {
  const plane = new FakePlane();
  let calls = 0;
  plane.before = () => {
    calls += 1;
    if (calls === 2) throw new AxionError('UNAVAILABLE', 'gone');
    if (calls === 4) throw new AxionError('ABORTED', 'end');
  };
  plane.newer = '2.0.0';
  const updates: string[] = [];
  const clock = steppedClock();
  const heartbeat = new Heartbeat({ interval: 1000, load, onAnswered: () => {}, onUpdate: (version) => updates.push(version), clock });
  await expect(heartbeat.run(plane, identity, signal)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(heartbeat.run(plane, identity, signal)).rejects.toMatchObject({ code: 'ABORTED' });
  expect(plane.loads.map(({ lastHeartbeatAt }) => lastHeartbeatAt)).toEqual([0, 1_700_000_000_000]);
  expect(updates).toEqual(['2.0.0', '2.0.0']);
});
