import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Secret } from '@axion/core';
import type { ServerTls } from '@axion/grpc-kit';

const USAGE = `usage: control-plane --token-file FILE [--grpc-port N] [--http-port N] [--latest-version V] [--no-channel]
         [--scheduler-port N] [--heartbeat-seconds N] [--lease-seconds N] [--scheduler-tls CERT,KEY,CA]`;

export interface ControlPlaneOptions {
  /** One a line of the file, as it is now. */
  readonly tokens: () => readonly Secret[];
  readonly grpcPort: number;
  readonly httpPort: number;
  readonly latestVersion: string | undefined;
  /** Whether it serves the control channel. */
  readonly withChannel: boolean;
  readonly schedulerPort: number;
  readonly heartbeatSeconds: number;
  readonly leaseSeconds: number;
  /** Nodes must show a certificate of the authority; without it the scheduler speaks in the clear. */
  readonly schedulerTls: ServerTls | undefined;
}

/** The command line as options; `undefined`, after it said why, when it cannot be used. */
export const readOptions = (args: readonly string[]): ControlPlaneOptions | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'grpc-port': { type: 'string', default: '0' },
      'http-port': { type: 'string', default: '0' },
      'token-file': { type: 'string' },
      'latest-version': { type: 'string' },
      'no-channel': { type: 'boolean', default: false },
      'scheduler-port': { type: 'string', default: '0' },
      'heartbeat-seconds': { type: 'string', default: '10' },
      'lease-seconds': { type: 'string', default: '30' },
      'scheduler-tls': { type: 'string' },
    },
  });
  const tokenFile = values['token-file'];
  const [certLocation, keyLocation, caLocation] = values['scheduler-tls']?.split(',') ?? [];
  const half = values['scheduler-tls'] !== undefined && caLocation === undefined;
  if (tokenFile === undefined || half) {
    console.error(USAGE);
    return undefined;
  }
  return {
    tokens: () => readFileSync(tokenFile, 'utf8').trim().split(/\s+/).map((token) => new Secret(token)),
    grpcPort: Number(values['grpc-port']),
    httpPort: Number(values['http-port']),
    latestVersion: values['latest-version'],
    withChannel: !values['no-channel'],
    schedulerPort: Number(values['scheduler-port']),
    heartbeatSeconds: Number(values['heartbeat-seconds']),
    leaseSeconds: Number(values['lease-seconds']),
    schedulerTls:
      certLocation === undefined || keyLocation === undefined || caLocation === undefined ? undefined : { certLocation, keyLocation, caLocation, section: 'scheduler-tls' },
  };
};
