import type { CommandRun } from '@axion/bus';

/** The deployment that makes this one pointless: a later `Deploy` of the project that says `coalesce`. */
export const supersededBy = async (run: CommandRun): Promise<string | undefined> => {
  const newer = (await run.later()).findLast(({ type, payload }) => type === 'Deploy' && payload['coalesce'] === true);
  if (newer === undefined) return undefined;
  return typeof newer.payload['deployment_id'] === 'string' ? newer.payload['deployment_id'] : newer.commandId;
};
