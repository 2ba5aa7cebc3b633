import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { DemoEvent, Ended } from './control.ts';

type Style = Parameters<typeof styleText>[0];
export const style = (format: Style, text: string): string => styleText(format, text);

/** One thing the tour did, for the table at its end. */
export interface Stop {
  readonly what: string;
  readonly ended: Ended;
  /** The terminal event that was to be seen. */
  readonly wanted: string;
}

const colour = (type: string): Style => (/Failed|Error/.test(type) ? 'red' : /Completed|Report/.test(type) ? 'green' : 'cyan');

export const printEvent = (event: DemoEvent): void => {
  const { message } = event.payload;
  process.stdout.write(`    ${style('dim', event.timestamp.slice(11, 23))}  ${style(colour(event.event_type), event.event_type.padEnd(17))} ${typeof message === 'string' ? message : ''}\n`);
};

interface ServiceStatus {
  readonly name: string;
  readonly desired: number;
  readonly running: number;
  readonly healthy: number;
  readonly state: string;
}

const note = (text: string): void => void process.stdout.write(`                  ${style('dim', text)}\n`);

/** The services of a StatusReport, a line each. */
export const printServices = (payload: DemoEvent['payload']): void => {
  for (const { name, desired, running, healthy, state } of (payload['services'] ?? []) as readonly ServiceStatus[]) {
    note(`${name.padEnd(6)} ${running} of ${desired} run, ${healthy} healthy, ${state}`);
  }
};

/** What became of the project when a deployment failed; why it did is in the event's message. */
export const printRollback = (payload: DemoEvent['payload']): void => {
  const { rollback } = (payload['details'] ?? {}) as { rollback?: { outcome: string } };
  if (rollback !== undefined) note(`the revision before: ${rollback.outcome}`);
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

/** The closing table: what happened, and how long from produced to the first event and to the end. */
export const printTable = (stops: readonly Stop[]): void => {
  const table = new Table({ head: ['step', 'ended with', 'started after', 'ended after'].map((title) => style('bold', title)), style: { head: [], border: [], compact: true } });
  for (const { what, ended, wanted } of stops) {
    const type = ended.terminal.event_type;
    table.push([what, style(type === wanted ? colour(type) : ['red', 'inverse'], type), seconds(ended.firstAt - ended.producedAt), seconds(ended.endedAt - ended.producedAt)]);
  }
  process.stdout.write(`\n${table.toString()}\n`);
};
