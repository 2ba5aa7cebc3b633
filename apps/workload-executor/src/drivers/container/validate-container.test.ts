import { expect, test } from 'vitest';
import type { ContainerSpec } from '../../workload/spec.ts';
import { containerBody } from './container-body.ts';
import { validateContainer } from './validate-container.ts';

const spec = (over: Partial<ContainerSpec> = {}): ContainerSpec => ({ image: 'busybox:1', command: [], args: [], env: {}, volumes: [], ports: [], labels: {}, managedVolumes: [], ...over });
const volume = { name: 'data', driver: 'local', sizeGb: 1, accessMode: '', fsType: '', mountPath: '/data', readOnly: false, retainPolicy: '' };

test.each<[string, Partial<ContainerSpec>]>([
  ['image', { image: '' }],
  ['image', { image: 'a b' }],
  ...['http://x/y:1', '../containers', '..', '%2e%2e/x', './x', 'a//b:1'].map((image): [string, Partial<ContainerSpec>] => ['image', { image }]),
  ['ports[0].container_port', { ports: [{ hostPort: 80, containerPort: 0, protocol: '' }] }],
  ['ports[0].host_port', { ports: [{ hostPort: 70_000, containerPort: 1, protocol: '' }] }],
  ['ports[1].host_port', { ports: [{ hostPort: 80, containerPort: 1, protocol: 'tcp' }, { hostPort: 80, containerPort: 2, protocol: '' }] }],
  ['ports[0].protocol', { ports: [{ hostPort: 80, containerPort: 1, protocol: 'icmp' }] }],
  ['volumes[0].host_path', { volumes: [{ hostPath: 'data', containerPath: '/data', readOnly: false }] }],
  ['volumes[0].host_path', { volumes: [{ hostPath: '/srv/../etc', containerPath: '/data', readOnly: false }] }],
  ['volumes[0].container_path', { volumes: [{ hostPath: '/srv', containerPath: '/', readOnly: false }] }],
  ['managed_volumes[0].name', { managedVolumes: [{ ...volume, name: '../x' }] }],
  ['managed_volumes[0].driver', { managedVolumes: [{ ...volume, driver: 'zfs' }] }],
  ['managed_volumes[0].size_gb', { managedVolumes: [{ ...volume, sizeGb: -1 }] }],
  ['managed_volumes[0].mount_path', { managedVolumes: [{ ...volume, mountPath: '//' }] }],
  ['managed_volumes[0].mount_path', { managedVolumes: [{ ...volume, mountPath: '/./' }] }],
  ['managed_volumes[1].mount_path', { managedVolumes: [volume, { ...volume, name: 'more', mountPath: '//data/./' }] }],
  ['resources.cpu_shares', { resources: { cpuShares: 1, memoryBytes: 0, memorySwapBytes: 0 } }],
  ['env', { env: { A: 'x\0y' } }],
  ['managed_volumes[1].mount_path', { managedVolumes: [volume, { ...volume, name: 'more' }] }],
  ['resources.memory_bytes', { resources: { cpuShares: 0, memoryBytes: 1024, memorySwapBytes: 0 } }],
  ['resources.memory_swap_bytes', { resources: { cpuShares: 0, memoryBytes: 64 << 20, memorySwapBytes: 32 << 20 } }],
  ['restart_policy.policy', { restartPolicy: { policy: 'often', maxRetryCount: 0 } }],
  ['labels', { labels: { 'dev.axion.workload': 'another' } }],
])('%s', (field, over) => {
  expect(() => validateContainer('web', spec(over))).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { field: `spec.container.${field}` } }));
});

test('an id of one letter is no name of a container', () => {
  expect(() => validateContainer('w', spec())).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', details: { field: 'id' } }));
});

test('a value of env is never said', () => {
  const refused = (): void => validateContainer('web', spec({ env: { '': 'hunter2' } }));
  expect(refused).toThrow('env');
  expect(refused).not.toThrow('hunter2');
});

test('every field reaches the engine', () => {
  const full = spec({
    command: ['/bin/web'],
    args: ['--port', '80'],
    env: { A: '1' },
    volumes: [{ hostPath: '/srv', containerPath: '/srv', readOnly: true }],
    ports: [{ hostPort: 8080, containerPort: 80, protocol: 'TCP' }, { hostPort: 0, containerPort: 53, protocol: 'udp' }],
    resources: { cpuShares: 512, memoryBytes: 64 << 20, memorySwapBytes: 128 << 20 },
    restartPolicy: { policy: 'on-failure', maxRetryCount: 5 },
    labels: { team: 'web' },
  });
  validateContainer('web', full);
  expect(containerBody({ id: 'w', revision: 'r1', desired: 'running', memo: 'sealed', spec: full }, [{ Type: 'volume', Source: 'w_data', Target: '/data' }])).toEqual({
    Image: 'busybox:1',
    Cmd: ['/bin/web', '--port', '80'],
    Env: ['A=1'],
    Labels: { team: 'web', 'dev.axion.workload': 'w', 'dev.axion.revision': 'r1', 'dev.axion.memo': 'sealed', 'dev.axion.job': 'true' },
    ExposedPorts: { '80/tcp': {}, '53/udp': {} },
    HostConfig: {
      Mounts: [
        { Type: 'bind', Source: '/srv', Target: '/srv', ReadOnly: true, BindOptions: { CreateMountpoint: true } },
        { Type: 'volume', Source: 'w_data', Target: '/data' },
      ],
      PortBindings: { '80/tcp': [{ HostPort: '8080' }], '53/udp': [{ HostPort: '' }] },
      CpuShares: 512,
      Memory: 64 << 20,
      MemorySwap: 128 << 20,
      RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 5 },
    },
  });
});

test('command and args are the command of the image, whose entrypoint stays', () => {
  const body = (over: Partial<ContainerSpec>) => containerBody({ id: 'w', revision: 'r1', desired: 'running', memo: '', spec: spec(over) }, []);
  expect(body({ command: ['-c', 'max_connections=200'] })).toMatchObject({ Cmd: ['-c', 'max_connections=200'] });
  expect(body({ args: ['--verbose'] })).toMatchObject({ Cmd: ['--verbose'] });
  expect(Object.keys(body({ command: ['a'], args: ['b'] }))).not.toContain('Entrypoint');
  expect(body({})).not.toHaveProperty('Cmd');
});

test('labels that a Persys node sets itself may be named, and mean nothing', () => {
  const labels = { 'persys.workload_id': 'another', 'persys.managed': 'true', 'persys.owner': 'team' };
  expect(() => validateContainer('web', spec({ labels }))).not.toThrow();
  expect(containerBody({ id: 'w', revision: 'r1', desired: 'running', memo: 'm', spec: spec({ labels }) }, []).Labels).toEqual({ 'persys.owner': 'team', 'dev.axion.workload': 'w', 'dev.axion.revision': 'r1', 'dev.axion.memo': 'm' });
});
