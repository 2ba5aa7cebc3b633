import type { ContainerMount, ContainerSpec as ContainerBody } from '@axion/docker-engine';
import { LABELS, PERSYS_LABELS } from '../../workload/labels.ts';
import type { ContainerSpec } from '../../workload/spec.ts';
import type { Wanted } from '../driver.ts';

const isJob = (policy: string): boolean => policy === 'no' || policy === 'on-failure';
/** A Persys node sets these itself, whatever a spec says. */
const THEIRS: ReadonlySet<string> = new Set(Object.values(PERSYS_LABELS));
/** `80/tcp`, as the engine names a port. */
const portKey = (port: number, protocol: string): string => `${port}/${protocol === '' ? 'tcp' : protocol.toLowerCase()}`;

const bindMounts = (spec: ContainerSpec): readonly ContainerMount[] =>
  spec.volumes.map(({ hostPath, containerPath, readOnly }) => ({
    Type: 'bind',
    Source: hostPath,
    Target: containerPath,
    ReadOnly: readOnly,
    BindOptions: { CreateMountpoint: true },
  }));

const portBindings = (spec: ContainerSpec): Record<string, { HostPort: string }[]> => {
  const bindings: Record<string, { HostPort: string }[]> = {};
  for (const { hostPort, containerPort, protocol } of spec.ports) {
    const key = portKey(containerPort, protocol);
    // Host port 0: the engine takes a free one.
    (bindings[key] ??= []).push({ HostPort: hostPort === 0 ? '' : String(hostPort) });
  }
  return bindings;
};

/** What the engine is asked to create. Pure. `volumes` are the mounts of the managed volumes. */
export const containerBody = ({ id, revision, memo, spec }: Wanted<'container'>, volumes: readonly ContainerMount[]): ContainerBody => {
  const { resources, restartPolicy } = spec;
  const ports = portBindings(spec);
  const policy = restartPolicy?.policy ?? '';
  return {
    Image: spec.image,
    // Both are the image's command: its entrypoint stays, as on a Persys node.
    ...(spec.command.length + spec.args.length === 0 ? {} : { Cmd: [...spec.command, ...spec.args] }),
    ...(Object.keys(spec.env).length === 0 ? {} : { Env: Object.entries(spec.env).map(([name, value]) => `${name}=${value}`) }),
    Labels: {
      ...Object.fromEntries(Object.entries(spec.labels).filter(([label]) => !THEIRS.has(label))),
      ...(isJob(policy) ? { [LABELS.job]: 'true' } : {}),
      [LABELS.workload]: id,
      [LABELS.revision]: revision,
      [LABELS.memo]: memo,
    },
    ...(spec.ports.length === 0 ? {} : { ExposedPorts: Object.fromEntries(Object.keys(ports).map((key) => [key, {}])) }),
    HostConfig: {
      ...(spec.volumes.length + volumes.length === 0 ? {} : { Mounts: [...bindMounts(spec), ...volumes] }),
      ...(spec.ports.length === 0 ? {} : { PortBindings: ports }),
      ...(resources?.cpuShares ? { CpuShares: resources.cpuShares } : {}),
      ...(resources?.memoryBytes ? { Memory: resources.memoryBytes } : {}),
      ...(resources?.memorySwapBytes ? { MemorySwap: resources.memorySwapBytes } : {}),
      ...(policy === '' ? {} : { RestartPolicy: { Name: policy, ...(policy === 'on-failure' && restartPolicy?.maxRetryCount ? { MaximumRetryCount: restartPolicy.maxRetryCount } : {}) } }),
    },
  };
};
