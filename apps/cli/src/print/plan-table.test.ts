import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { Output } from './output.ts';
import { plannedSteps, printPlan } from './plan-table.ts';
import type { PlannedStep } from './plan-table.ts';

const printed = (steps: readonly PlannedStep[], isTTY: boolean): string => {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY }) as unknown as NodeJS.WriteStream;
  printPlan(steps, new Output(stream, false));
  return (stream.read() as string | null) ?? '';
};

const STEPS: readonly PlannedStep[] = [
  { action: 'create-config', name: 'axion-shop_settings-0123456789' },
  { action: 'update-service', name: 'axion-shop_web', changed: ['TaskTemplate.ContainerSpec.Env.PORT', 'Mode'] },
  { action: 'keep-network', name: 'axion-shop_inner', changed: ['Attachable'] },
  { action: 'remove-service', name: 'axion-shop_old' },
];

test('into a pipe: one line a step', () => {
  expect(printed(STEPS, false)).toBe(
    '+ create config axion-shop_settings-0123456789\n~ update service axion-shop_web (TaskTemplate.ContainerSpec.Env.PORT, Mode)\n! keep network axion-shop_inner (differs and stays as it is: Attachable)\n- remove service axion-shop_old\n',
  );
});

test('on a terminal: a table', () => {
  const text = printed(STEPS, true);
  expect(text).toMatch(/ACTION.*WHAT.*NAME.*CHANGED/);
  expect(text.trimEnd().split('\n').filter((line) => line.trim() !== '')).toHaveLength(5);
});

test('what is no plan is none', () => {
  expect(plannedSteps('x')).toBeUndefined();
  expect(plannedSteps([null, { action: 'a' }, STEPS[0]])).toEqual([STEPS[0]]);
});
