import { derivedId } from '@axion/core';
import type { EventType } from './command-type.ts';
import type { Executor } from './command-route.ts';

/** Every subject of the bus. Nobody else spells one out. */
export const subjects = {
  command: (executor: Executor | '*', key: string): string => `axion.cmd.${executor}.${key}`,
  event: (type: EventType | '*', key: string): string => `axion.evt.${type}.${key}`,
  telemetry: (kind: string): string => `axion.tel.${kind}`,
  action: (executor: Executor, verb: string): string => `axion.act.${executor}.${verb}`,
  health: (component: string, instance: string): string => `axion.health.${component}.${instance}`,
  scrape: 'axion.metrics.scrape',
  bucketKey: (bucket: string, key: string): string => `$KV.${bucket}.${key}`,
  /** Where the server repeats a message once it is on disk; `subject` as it was published. Nobody may publish there. */
  stored: (subject: string): string => (subject.startsWith('$KV.') ? `axion.stored.kv.${subject.slice(4)}` : subject.replace(/^axion\./, 'axion.stored.')),
  /** Prefix of a component's reply subjects: its own, so that no other component can read its answers. */
  inbox: (component: string): string => `_INBOX_${component}`,
} as const;

/** The bucket key of a command in the ledger. A command id may hold any printable character, a bucket key may not. */
export const ledgerKey = (commandId: string): string => (/^[\w-]+$/.test(commandId) ? commandId : derivedId('ledger', commandId));

/** The bucket key of the lease over a key's queue. */
export const leaseKey = (executor: Executor, key: string): string => `${executor}.${key}`;
