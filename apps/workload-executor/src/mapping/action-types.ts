import type { ActionType } from '../store/action-history.ts';

/** What was asked for has the names that clients of a Persys node filter by; what the agent did by itself has its own. */
const ON_THE_WIRE: Readonly<Partial<Record<ActionType, string>>> = { apply: 'apply_workload', delete: 'delete_workload' };
const ASKED = new Map(Object.entries(ON_THE_WIRE).map(([own, wire]) => [wire, own]));

export const wireAction = (type: ActionType): string => ON_THE_WIRE[type] ?? type;

/** The history's name of a type that is asked for. */
export const ownAction = (asked: string): string => ASKED.get(asked) ?? asked;
