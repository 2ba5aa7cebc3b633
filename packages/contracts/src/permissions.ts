import type { Executor } from './command-route.ts';
import type { ComponentName } from './components.ts';
import { subjects } from './subjects.ts';
import { allStreams } from './streams.ts';
import type { BucketName, StreamName } from './streams.ts';

/** Who has credentials on the bus: the components, the command line, and whoever sets the bus up. */
export type BusUser = ComponentName | 'cli' | 'admin';

/** What a user may do, in the words of the bus. Everyone may beat and answer scrapes. */
export interface Grants {
  /** Put commands on the bus. */
  readonly commands?: 'publish';
  /** Execute the commands of an executor: read and remove them, hold leases, answer its actions. */
  readonly executes?: Executor;
  /** `send`: take them out of the outbox; under pressure that includes removing progress events. */
  readonly events?: readonly ('publish' | 'read' | 'send')[];
  readonly telemetry?: 'publish' | 'ship';
  readonly reads?: readonly BucketName[];
  readonly writes?: readonly BucketName[];
  /** Ask these executors for actions. */
  readonly asks?: readonly Executor[];
  /** See everyone's health beats and ask everyone for metrics. */
  readonly observes?: boolean;
}

/** The one table of who may do what. */
export const GRANTS: Readonly<Record<Exclude<BusUser, 'admin'>, Grants>> = {
  // It writes the ends of commands that it refuses itself.
  'command-worker': { commands: 'publish', events: ['publish', 'send'], reads: ['identity'], writes: ['cursors', 'ledger'], asks: ['swarm'] },
  // Commands and their ends: the actions of the control channel that change something.
  'control-link': { commands: 'publish', events: ['publish', 'read'], telemetry: 'ship', writes: ['identity'], reads: ['projects', 'inventory', 'ledger'], asks: ['swarm', 'workload', 'updater'], observes: true },
  'swarm-executor': { executes: 'swarm', events: ['publish'], reads: ['identity'], writes: ['projects', 'revisions', 'ledger', 'inventory'] },
  // It reads the sampler's last pass for the usage of its workloads.
  'workload-executor': { executes: 'workload', events: ['publish'], reads: ['identity'], writes: ['workloads', 'ledger', 'inventory'], observes: true },
  'local-gateway': { asks: ['swarm', 'workload', 'updater'] },
  'telemetry-sampler': { telemetry: 'publish', reads: ['inventory'] },
  'health-endpoint': { reads: ['identity', 'projects', 'inventory'], observes: true },
  cli: {
    commands: 'publish',
    events: ['publish', 'read'],
    reads: ['identity', 'projects', 'revisions', 'workloads', 'ledger', 'updates', 'leases', 'inventory', 'cursors'],
    asks: ['swarm', 'workload', 'updater'],
    observes: true,
  },
};

/** What a user may publish and subscribe to, as NATS subjects. */
export interface BusPermissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** May answer whoever asked, on the subject named in the request. */
  readonly answers: boolean;
}

const info = (stream: string): string => `$JS.API.STREAM.INFO.${stream}`;
const readStream = (stream: StreamName, filter: string): BusPermissions => ({
  publish: [`$JS.API.DIRECT.GET.${stream}`, info(stream)],
  subscribe: [subjects.stored(filter)],
  answers: false,
});
const readBucket = (bucket: BucketName): BusPermissions => ({
  publish: [`$JS.API.DIRECT.GET.KV_${bucket}`, `$JS.API.DIRECT.GET.KV_${bucket}.$KV.${bucket}.>`, info(`KV_${bucket}`)],
  subscribe: [subjects.stored(subjects.bucketKey(bucket, '>'))],
  answers: false,
});
const publish = (...allowed: string[]): BusPermissions => ({ publish: allowed, subscribe: [], answers: false });

const execute = (executor: Executor): readonly BusPermissions[] => [
  readStream('COMMANDS', subjects.command(executor, '>')),
  // Sooner than they are stored: what a question asks for is looked up meanwhile.
  { publish: [], subscribe: [subjects.command(executor, '*')], answers: false },
  publish('$JS.API.STREAM.MSG.DELETE.COMMANDS', '$JS.API.STREAM.PURGE.COMMANDS'),
  // Whether the end of a command was told before.
  publish('$JS.API.DIRECT.GET.EVENTS'),
  readBucket('leases'),
  publish(subjects.bucketKey('leases', `${executor}.>`)),
  { publish: [], subscribe: [subjects.action(executor, '>')], answers: true },
];

/**
 * Expands the table's row of `user`.
 *
 * Nobody but `admin` may create streams or consumers: whoever creates a consumer names the subject that it delivers to,
 * and so could publish anywhere. Readers use direct gets and the server's repetitions of what it stored.
 */
export const permissionsOf = (user: BusUser): BusPermissions => {
  if (user === 'admin') return { publish: ['$JS.API.>'], subscribe: [`${subjects.inbox(user)}.>`], answers: false };
  const grants = GRANTS[user];
  const parts: BusPermissions[] = [
    { publish: [subjects.health(user, '*')], subscribe: [`${subjects.inbox(user)}.>`, subjects.scrape], answers: true },
  ];
  if (grants.commands === 'publish') parts.push(publish(subjects.command('*', '*'), info('COMMANDS'), '$JS.API.DIRECT.GET.COMMANDS'));
  if (grants.executes !== undefined) parts.push(...execute(grants.executes));
  if (grants.events?.includes('publish')) parts.push(publish(subjects.event('*', '*'), info('EVENTS')));
  if (grants.events?.some((what) => what !== 'publish')) parts.push(readStream('EVENTS', 'axion.evt.>'));
  if (grants.events?.includes('send')) parts.push(publish('$JS.API.STREAM.PURGE.EVENTS'));
  if (grants.telemetry === 'publish') parts.push(publish(subjects.telemetry('*'), info('TELEMETRY')));
  if (grants.telemetry === 'ship') parts.push(readStream('TELEMETRY', 'axion.tel.>'), publish('$JS.API.STREAM.PURGE.TELEMETRY'));
  for (const bucket of new Set([...(grants.reads ?? []), ...(grants.writes ?? [])])) parts.push(readBucket(bucket));
  for (const bucket of grants.writes ?? []) parts.push(publish(subjects.bucketKey(bucket, '>')));
  for (const executor of grants.asks ?? []) parts.push(publish(subjects.action(executor, '*')));
  if (grants.observes) parts.push({ publish: [subjects.scrape, ...allStreams().map(({ name }) => info(name))], subscribe: ['axion.health.>'], answers: false });
  // For developers: what passes on the bus, commands included. Nothing that could not be done as root anyway.
  if (user === 'cli') parts.push({ publish: [], subscribe: ['axion.>'], answers: false });
  return {
    publish: [...new Set(parts.flatMap((part) => part.publish))].toSorted(),
    subscribe: [...new Set(parts.flatMap((part) => part.subscribe))].toSorted(),
    answers: parts.some((part) => part.answers),
  };
};

export const BUS_USERS: readonly BusUser[] = ['admin', 'cli', ...(Object.keys(GRANTS) as Exclude<BusUser, 'admin'>[]).filter((user) => user !== 'cli')];
