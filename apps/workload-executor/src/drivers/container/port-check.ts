import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { AxionError } from '@axion/core';
import type { Container } from '@axion/docker-engine';
import type { PortMapping } from '../../workload/spec.ts';
import { workloadOf } from './container-instance.ts';

const inUse = (port: number, protocol: string, by: string): AxionError =>
  new AxionError('FAILED_PRECONDITION', `port ${port}/${protocol} of this host is taken by ${by}; take another host_port, or free it`, {
    reason: 'PORT_IN_USE',
    retryable: false,
    details: { field: 'spec.container.ports', port },
  });

/** Whether some program of the host listens. A port that only root may bind cannot be tried, and counts as free. */
const isTaken = (port: number, protocol: string): Promise<boolean> => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const failed = ({ code }: NodeJS.ErrnoException): void => resolve(code === 'EADDRINUSE');
  if (protocol === 'udp') {
    const socket = createSocket('udp4').once('error', failed);
    socket.bind(port, () => socket.close(() => resolve(false)));
  } else if (protocol === 'tcp') {
    const server = createServer().once('error', failed);
    server.listen({ port, host: '0.0.0.0' }, () => server.close(() => resolve(false)));
  } else resolve(false);
  return promise;
};

/**
 * Refuses host ports that somebody else holds. Those of the workload's own containers are free: they end before the new one starts.
 *
 * @throws {AxionError} `FAILED_PRECONDITION` with `PORT_IN_USE`, naming who holds it
 */
export const checkPorts = async (id: string, ports: readonly PortMapping[], rows: readonly Container[]): Promise<void> => {
  for (const { hostPort, protocol: given } of ports) {
    if (hostPort === 0) continue;
    const protocol = given === '' ? 'tcp' : given.toLowerCase();
    const holder = rows.find((row) => row.ports.some((port) => port.hostPort === hostPort && port.protocol === protocol));
    if (holder !== undefined && workloadOf(holder) === id) continue;
    if (holder !== undefined) throw inUse(hostPort, protocol, `container ${holder.name}`);
    if (await isTaken(hostPort, protocol)) throw inUse(hostPort, protocol, 'a program of the host');
  }
};
