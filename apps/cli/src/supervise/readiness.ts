import type { Bus, Subscription } from '@axion/bus';
import type { HealthBeat } from '@axion/contracts';

/**
 * Waits until each process (`component.instance`) has said on the bus that it is ready; a process that restarted says so
 * again under another pid.
 */
export const whenReady = (bus: Bus, expected: readonly string[]): { readonly all: Promise<void>; readonly stop: () => void } => {
  const missing = new Set(expected);
  const { promise, resolve } = Promise.withResolvers<void>();
  const subscription: Subscription = bus.beats.subscribe((beat: HealthBeat) => {
    if (beat.lifecycle === 'ready') missing.delete(`${beat.component}.${beat.instance}`);
    if (missing.size === 0) resolve();
  });
  return { all: promise, stop: () => subscription.stop() };
};
