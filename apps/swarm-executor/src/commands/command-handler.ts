import type { CommandRun } from '@axion/bus';
import type { Outcome } from '@axion/contracts';
import type { Workshop } from '../deployment/workshop.ts';

/** Executes one type of command. `workshop.engine` is fenced by the run's lease. */
export type Handler = (workshop: Workshop, run: CommandRun) => Promise<Outcome>;

export const done = (payload: Readonly<Record<string, unknown>>): Outcome => ({ ok: true, payload });
