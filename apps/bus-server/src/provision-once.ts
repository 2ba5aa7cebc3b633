import { provisionHere } from '@axion/bus/server';
import type { ProvisionBusOptions } from '@axion/bus/server';
import { asAxionError } from '@axion/core';
import type { ProvisionReport } from './provision-apart.ts';

const provision = async (settings: string): Promise<ProvisionReport> => {
  try {
    return { streams: await provisionHere(JSON.parse(settings) as ProvisionBusOptions, new AbortController().signal) };
  } catch (error) {
    return { error: asAxionError(error).toJSON() };
  }
};

/** Sets the streams up and prints the report of it. @param settings as JSON */
export const provisionOnce = async (settings: string): Promise<void> => {
  process.stdout.write(JSON.stringify(await provision(settings)));
};
