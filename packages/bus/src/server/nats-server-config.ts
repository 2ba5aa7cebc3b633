import { BUS_USERS, MAX_COMMAND_BYTES, permissionsOf } from '@axion/contracts';
import type { BusUsers } from './credentials.ts';

export interface NatsServerConfigOptions {
  /** A loopback address. */
  readonly host: string;
  readonly port: number;
  readonly storeDir: string;
  /** `[bus].max_store_mb` */
  readonly maxStoreMb: number;
  readonly users: BusUsers;
}

/** An executor takes its time over an action, but no longer than this. */
const ANSWER_WITHIN = '15m';

/**
 * Environment of nats-server. Its working set is about 20 MB; the limit makes its garbage collector work harder long before
 * a burst of large commands could make it a burden, and never fails an allocation. It collects when its heap has grown by half
 * instead of double: 1.5 MB less at rest, 4 MB after a burst.
 */
export const NATS_SERVER_ENV: Readonly<Record<string, string>> = { GOMEMLIMIT: '96MiB', GOGC: '50' };

/** The whole configuration of nats-server, as text of its configuration language (of which JSON values are a part). */
export const natsServerConfig = ({ host, port, storeDir, maxStoreMb, users }: NatsServerConfigOptions): string => {
  const text = JSON.stringify;
  const user = (name: (typeof BUS_USERS)[number]): string => {
    const { publish, subscribe, answers } = permissionsOf(name);
    return `    # ${name}
    { nkey: ${text(users[name])}, permissions: {
      publish: { allow: ${text(publish)} }
      subscribe: { allow: ${text(subscribe)} }${answers ? `\n      allow_responses: { max: 1, expires: ${text(ANSWER_WITHIN)} }` : ''}
    } }`;
  };
  return `# Written by axion before every start of the bus; changes are lost.
server_name: "axion-bus"
listen: ${text(`${host}:${port}`)}
# A command as it came from Kafka, and its envelope.
max_payload: ${4 * MAX_COMMAND_BYTES}
max_connections: 256
jetstream {
  store_dir: ${text(storeDir)}
  # An acknowledged write is on disk.
  sync_interval: always
  max_file_store: ${maxStoreMb}MB
  max_memory_store: 1MB
}
authorization {
  users: [
${BUS_USERS.map(user).join('\n')}
  ]
}
`;
};
