import type { Component } from './component.ts';

/** Runs a component until it is asked to stop or fails, and ends the process. */
export const runComponent = async (component: Component): Promise<void> => {
  throw new Error(`${component.name}: not yet`);
};
