import { readFile } from 'node:fs/promises';
import type { Config } from '@axion/config';
import { requireKey } from '@axion/config';
import { AxionError } from '@axion/core';
import type { KafkaConfig, SASLOptions } from 'kafkajs';

/** How to reach the brokers, in kafkajs' terms. */
export type KafkaSettings = Required<Pick<KafkaConfig, 'brokers' | 'ssl'>> & { readonly clientId: string; readonly sasl?: SASLOptions };

const pem = async (key: string, path: string | undefined): Promise<string | undefined> => {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new AxionError('INVALID_ARGUMENT', `kafka.${key}: ${path} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown error'})`, { reason: 'CONFIG', cause });
  }
};

const tlsOf = async ({ kafka, security }: Config): Promise<KafkaSettings['ssl']> => {
  if (!kafka.enable_ssl) return false;
  const [ca, cert, key] = await Promise.all([
    pem('ssl_ca_location', kafka.ssl_ca_location),
    pem('ssl_cert_location', kafka.ssl_cert_location),
    pem('ssl_key_location', kafka.ssl_key_location),
  ]);
  return {
    minVersion: security.min_tls_version === '1.3' ? 'TLSv1.3' : 'TLSv1.2',
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
};

const saslOf = (config: Config): SASLOptions | undefined => {
  const mechanism = config.kafka.sasl_mechanism;
  if (mechanism === undefined) return undefined;
  return { mechanism, username: requireKey(config, 'kafka.sasl_username'), password: requireKey(config, 'kafka.sasl_password').reveal() };
};

/**
 * The part of the configuration that concerns the connection, with its files read.
 *
 * @throws {AxionError} `INVALID_ARGUMENT`, reason `CONFIG`
 */
export const kafkaSettings = async (config: Config, instance: string): Promise<KafkaSettings> => {
  const sasl = saslOf(config);
  return {
    // Of one group no two hosts may have the same: a worker dismisses former members of its name.
    clientId: `axion-${config.agent.server_id}-${instance}`,
    brokers: [...requireKey(config, 'kafka.brokers')],
    ssl: await tlsOf(config),
    ...(sasl === undefined ? {} : { sasl }),
  };
};
