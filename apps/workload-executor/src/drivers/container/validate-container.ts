import { posix } from 'node:path';
import { AxionError } from '@axion/core';
import { imageProblem } from '@axion/docker-engine';
import type { ContainerSpec } from '../../workload/spec.ts';

const MIN_MEMORY = 6 * 1024 * 1024;
const POLICIES = ['', 'no', 'always', 'unless-stopped', 'on-failure'];
const VOLUME_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const VOLUME_DRIVERS = ['', 'local', 'nfs', 'ceph-rbd'];

const refuse = (field: string, what: string): never => {
  throw new AxionError('INVALID_ARGUMENT', `spec.container.${field} ${what}`, { reason: 'INVALID_SPEC', details: { field: `spec.container.${field}` } });
};
const isPort = (port: number, least: number): boolean => Number.isInteger(port) && port >= least && port <= 65_535;
/** As the engine reads it: without a slash at its end or twice. */
const plain = (path: string): string => posix.normalize(path).replace(/(?<=.)\/$/, '');
const isPlace = (path: string): boolean => path.startsWith('/') && plain(path) !== '/' && !path.split('/').includes('..') && !path.includes('\0');

const checkPorts = (spec: ContainerSpec): void => {
  const taken = new Set<string>();
  for (const [index, { hostPort, containerPort, protocol }] of spec.ports.entries()) {
    if (!isPort(containerPort, 1)) refuse(`ports[${index}].container_port`, `is ${containerPort}; a port is 1 to 65535`);
    if (!isPort(hostPort, 0)) refuse(`ports[${index}].host_port`, `is ${hostPort}; a port is 1 to 65535, or 0 for any free one`);
    const kind = protocol === '' ? 'tcp' : protocol.toLowerCase();
    if (!['tcp', 'udp', 'sctp'].includes(kind)) refuse(`ports[${index}].protocol`, `is ${JSON.stringify(protocol.slice(0, 20))}; it takes tcp, udp or sctp`);
    const key = `${hostPort}/${kind}`;
    if (hostPort !== 0 && taken.has(key)) refuse(`ports[${index}].host_port`, `${key} is there twice`);
    taken.add(key);
  }
};

const checkMounts = (spec: ContainerSpec): void => {
  const targets = new Set<string>();
  const target = (field: string, path: string): void => {
    if (!isPlace(path)) refuse(field, `is ${JSON.stringify(path.slice(0, 80))}; it takes an absolute path without ".." that is not "/"`);
    if (targets.has(plain(path))) refuse(field, `${plain(path)} is there twice`);
    targets.add(plain(path));
  };
  for (const [index, { hostPath, containerPath }] of spec.volumes.entries()) {
    if (!hostPath.startsWith('/') || hostPath.split('/').includes('..') || hostPath.includes('\0')) refuse(`volumes[${index}].host_path`, 'takes an absolute path without ".."');
    target(`volumes[${index}].container_path`, containerPath);
  }
  for (const [index, volume] of spec.managedVolumes.entries()) {
    if (!VOLUME_NAME.test(volume.name)) refuse(`managed_volumes[${index}].name`, 'takes 1 to 64 letters, digits, "_", "." and "-"');
    if (!VOLUME_DRIVERS.includes(volume.driver)) refuse(`managed_volumes[${index}].driver`, `is ${JSON.stringify(volume.driver.slice(0, 40))}; it takes local, nfs or ceph-rbd`);
    if (volume.sizeGb < 0) refuse(`managed_volumes[${index}].size_gb`, `is ${volume.sizeGb}; it takes 1 or more, or 0 for no limit`);
    target(`managed_volumes[${index}].mount_path`, volume.mountPath);
  }
};

const checkResources = ({ resources }: ContainerSpec): void => {
  if (resources === undefined) return;
  const { cpuShares, memoryBytes, memorySwapBytes } = resources;
  if (cpuShares < 0 || cpuShares === 1 || cpuShares > 262_144) refuse('resources.cpu_shares', `is ${cpuShares}; it takes 2 to 262144, or 0 for the engine's default`);
  if (memoryBytes < 0 || (memoryBytes > 0 && memoryBytes < MIN_MEMORY)) refuse('resources.memory_bytes', `is ${memoryBytes}; the engine takes ${MIN_MEMORY} or more, or 0 for no limit`);
  if (memorySwapBytes < -1) refuse('resources.memory_swap_bytes', `is ${memorySwapBytes}; it takes memory and swap together, or -1 for unlimited swap`);
  if (memorySwapBytes > 0 && memoryBytes === 0) refuse('resources.memory_swap_bytes', 'needs memory_bytes beside it');
  if (memorySwapBytes > 0 && memorySwapBytes < memoryBytes) refuse('resources.memory_swap_bytes', `is ${memorySwapBytes}, less than memory_bytes ${memoryBytes}; it is memory and swap together`);
};

/** @throws {AxionError} `INVALID_ARGUMENT` with `details.field`, never with a value of `env` */
export const validateContainer = (id: string, spec: ContainerSpec): void => {
  if (id.length < 2) throw new AxionError('INVALID_ARGUMENT', `id ${id} is one letter; a container's name, which it becomes, takes two or more`, { reason: 'INVALID_WORKLOAD_ID', details: { field: 'id' } });
  if (spec.image === '') refuse('image', 'is empty');
  const problem = imageProblem(spec.image);
  if (problem !== undefined) refuse('image', `is ${JSON.stringify(spec.image.slice(0, 120))}: ${problem}`);
  for (const name of Object.keys(spec.env)) if (name === '' || name.includes('=') || name.includes('\0')) refuse('env', `has the name ${JSON.stringify(name.slice(0, 60))}, which no variable can have`);
  for (const [name, value] of Object.entries(spec.env)) if (value.includes('\0')) refuse('env', `has a value of ${JSON.stringify(name.slice(0, 60))} with a NUL, which no variable can have`);
  for (const label of Object.keys(spec.labels)) {
    if (label.startsWith('dev.axion.')) refuse('labels', `has ${JSON.stringify(label.slice(0, 60))}; dev.axion.* are the agent's own`);
  }
  const { policy = '', maxRetryCount = 0 } = spec.restartPolicy ?? {};
  if (!POLICIES.includes(policy)) refuse('restart_policy.policy', `is ${JSON.stringify(policy.slice(0, 40))}; it takes no, always, unless-stopped or on-failure`);
  if (maxRetryCount < 0) refuse('restart_policy.max_retry_count', `is ${maxRetryCount}; it takes 0 or more`);
  checkPorts(spec);
  checkMounts(spec);
  checkResources(spec);
};
