import { spawn } from 'node:child_process';
import type { Provision, ProvisionedStream } from '@axion/bus/server';
import { AxionError, errorFromReport } from '@axion/core';
import type { ErrorReport } from '@axion/core';

/** The argument that makes this program set the streams up and end. */
export const PROVISION = 'provision';

/** What the process that sets the streams up prints on its way out. */
export type ProvisionReport = { readonly streams: readonly ProvisionedStream[] } | { readonly error: ErrorReport };

const reportIn = (printed: string): ProvisionReport | undefined => {
  try {
    return JSON.parse(printed) as ProvisionReport;
  } catch {
    return undefined;
  }
};

/**
 * Sets the streams up in a process of its own: the bus's client is needed for a moment, and would stay in the memory of a
 * supervisor that lives for months and only watches.
 *
 * @param ownFile this program's file
 */
export const provisionApart =
  (ownFile: string): Provision =>
  async ({ log, ...settings }, signal) => {
    const child = spawn(process.execPath, [...process.execArgv, ownFile, PROVISION, JSON.stringify(settings)], { stdio: ['ignore', 'pipe', 'inherit'], signal });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (printed += part));
    const ended = Promise.withResolvers<string>();
    child.once('error', ended.reject);
    child.once('close', (code, killedBy) => ended.resolve(killedBy ?? `code ${code}`));
    const how = await ended.promise;
    const report = reportIn(printed);
    if (report === undefined) throw new AxionError('UNAVAILABLE', `the streams of the bus could not be set up: the process that does it ended with ${how}`);
    if ('error' in report) throw errorFromReport(report.error);
    for (const { stream, action } of report.streams) if (action !== 'kept') log?.info({ stream, action }, `stream ${action}`);
    return report.streams;
  };
