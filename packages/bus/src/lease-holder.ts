import { readlinkSync } from 'node:fs';
import { newId } from '@axion/core';

/** The value of a lease: who has it. */
export interface LeaseHolder {
  /** Differs with every acquisition. */
  readonly id: string;
  readonly name: string;
  readonly pid: number;
  /** The name space in which `pid` means something; empty where there is none. */
  readonly pidSpace: string;
}

const pidSpace = (): string => {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
};

export const thisHolder = (name: string): LeaseHolder => ({ id: newId(), name, pid: process.pid, pidSpace: pidSpace() });

/**
 * Whether the holder's process is certainly gone, so that its lease need not be waited for. Only said of processes that
 * can be seen from here; a paused one is not gone.
 */
export const isGone = (holder: LeaseHolder): boolean => {
  if (holder.pidSpace === '' || holder.pidSpace !== pidSpace() || holder.pid === process.pid) return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
};
