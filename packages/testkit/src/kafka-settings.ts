import type { CertifiedKey } from './certificates.ts';

/** How clients reach the broker's second listener. */
export interface KafkaSecurity {
  /** Speaks TLS with this certificate. */
  readonly tls?: {
    readonly server: CertifiedKey;
    /** PEM of the authority that signs the clients' certificates; with it, a client without one is refused. */
    readonly clientCa?: string;
  };
  /** Asks for a user name and password. */
  readonly sasl?: { readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'; readonly username: string; readonly password: string };
}

/** Where one broker lives. */
export interface KafkaPlace {
  readonly dataDir: string;
  readonly plainPort: number;
  readonly controllerPort: number;
  readonly securePort: number;
}

type Settings = Record<string, string>;

// A Java properties file ends a value at the line's end and reads backslashes as escapes.
const escaped = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const tlsSettings = ({ server, clientCa }: NonNullable<KafkaSecurity['tls']>): Settings => ({
  'listener.name.secure.ssl.keystore.type': 'PEM',
  'listener.name.secure.ssl.keystore.certificate.chain': server.cert,
  'listener.name.secure.ssl.keystore.key': server.key,
  ...(clientCa === undefined
    ? {}
    : {
        'listener.name.secure.ssl.truststore.type': 'PEM',
        'listener.name.secure.ssl.truststore.certificates': clientCa,
        'listener.name.secure.ssl.client.auth': 'required',
      }),
});

const saslSettings = ({ mechanism, username, password }: NonNullable<KafkaSecurity['sasl']>): Settings => {
  const prefix = `listener.name.secure.${mechanism.toLowerCase()}.sasl.jaas.config`;
  const login =
    mechanism === 'PLAIN'
      ? `org.apache.kafka.common.security.plain.PlainLoginModule required user_${username}="${password}";`
      : 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  return { 'listener.name.secure.sasl.enabled.mechanisms': mechanism, [prefix]: login };
};

/** The text of `server.properties` for one broker that is its own controller. */
export const kafkaSettings = (place: KafkaPlace, security: KafkaSecurity | undefined, more: Settings): string => {
  const { tls, sasl } = security ?? {};
  const secure = security === undefined ? [] : [`SECURE://127.0.0.1:${place.securePort}`];
  const protocol = `${sasl === undefined ? '' : 'SASL_'}${tls === undefined ? 'PLAINTEXT' : 'SSL'}`;
  const settings: Settings = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${place.controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'listeners': [`PLAIN://127.0.0.1:${place.plainPort}`, `CONTROLLER://127.0.0.1:${place.controllerPort}`, ...secure].join(','),
    'advertised.listeners': [`PLAIN://127.0.0.1:${place.plainPort}`, ...secure].join(','),
    'listener.security.protocol.map': `PLAIN:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:${protocol}`,
    'inter.broker.listener.name': 'PLAIN',
    'log.dirs': place.dataDir,
    'num.partitions': '1',
    'auto.create.topics.enable': 'true',
    'offsets.topic.num.partitions': '1',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.num.partitions': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    // A broker that was killed may only register again once its last session is over.
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '500',
    // One member is the usual group here, and waiting for more would cost every test three seconds.
    'group.initial.rebalance.delay.ms': '0',
    ...(tls === undefined ? {} : tlsSettings(tls)),
    ...(sasl === undefined ? {} : saslSettings(sasl)),
    ...more,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${escaped(value)}\n`)
    .join('');
};
