import { expect, test } from 'vitest';
import { domainState } from './domain-state.ts';
import { parseAddresses } from './parse-addresses.ts';
import { parseNetwork } from './parse-network.ts';
import { domainCounters, parseStats } from './parse-stats.ts';
import { virshError } from './virsh-error.ts';

test('statistics of several domains', () => {
  const found = parseStats("Domain: 'web 1'\n  state.state=1\n  state.reason=1\n  cpu.time=2500000000\n  balloon.current=65536\n  balloon.rss=100\n  net.count=2\n  net.0.rx.bytes=1\n  net.1.rx.bytes=2\n  net.0.tx.bytes=4\n  block.0.path=/a=b\n  block.0.rd.bytes=512\n  block.1.wr.bytes=8\n\nDomain: 'db'\n  state.state=5\n");
  expect([...found.keys()]).toEqual(['web 1', 'db']);
  expect(found.get('web 1')?.get('block.0.path')).toBe('/a=b');
  expect(domainCounters(found.get('web 1')!)).toEqual({ cpuSeconds: 2.5, memoryBytes: 102_400, diskReadBytes: 512, diskWriteBytes: 8, netRxBytes: 3, netTxBytes: 4 });
  expect(domainCounters(found.get('db')!).memoryBytes).toBe(0);
});

test('addresses, IPv4 first', () => {
  const printed = ' Name       MAC address          Protocol     Address\n-------\n vnet0      52:54:00:AA:bb:cc    ipv6         fd00::5/64\n vnet0      52:54:00:AA:bb:cc    ipv4         192.168.122.5/24\n -          -                    ipv4         10.0.0.1/8\n';
  expect(parseAddresses(printed)).toEqual([{ mac: '52:54:00:aa:bb:cc', ip: '192.168.122.5' }, { mac: '52:54:00:aa:bb:cc', ip: 'fd00::5' }]);
  expect(parseAddresses('')).toEqual([]);
});

test('networks with and without DHCP', () => {
  expect(parseNetwork("<network><name>a</name><ip address='10.0.0.1'><dhcp><range start='10.0.0.2' end='10.0.0.9'/><host mac='52:54:00:AA:00:01' name='x' ip='10.0.0.3'/><host mac='52:54:00:aa:00:02' ip='10.0.0.4'/></dhcp></ip></network>")).toEqual({
    name: 'a', dhcp: true, reservations: [{ mac: '52:54:00:aa:00:01', ip: '10.0.0.3' }, { mac: '52:54:00:aa:00:02', ip: '10.0.0.4' }],
  });
  expect(parseNetwork("<network><name>b</name><ip address='10.0.0.1'><dhcp/></ip></network>")).toEqual({ name: 'b', dhcp: true, reservations: [] });
  expect(parseNetwork('<network><name>c</name></network>')).toEqual({ name: 'c', dhcp: false, reservations: [] });
  expect(parseNetwork('')).toBeUndefined();
});

test.each([
  [1, 1, { stateName: 'running', reasonName: 'booted', instance: 'running', active: true }],
  [3, 1, { stateName: 'paused', reasonName: 'user', instance: 'running', active: true }],
  [3, 5, { stateName: 'paused', reasonName: 'io-error', instance: 'failed', active: true }],
  [4, 1, { stateName: 'shutdown', instance: 'running', active: true }],
  [5, 1, { stateName: 'shutoff', reasonName: 'shutdown', instance: 'stopped', active: false }],
  [5, 3, { reasonName: 'crashed', instance: 'failed', active: false }],
  [6, 1, { stateName: 'crashed', instance: 'failed', active: false }],
  [99, 0, { stateName: 'nostate' }],
])('state %d for reason %d', (state, reason, expected) => expect(domainState(state, reason)).toMatchObject(expected));

test.each([
  ["error: failed to connect to the hypervisor\nerror: Failed to connect socket to '/run/libvirt/libvirt-sock': No such file or directory", 'UNAVAILABLE', 'LIBVIRT_UNREACHABLE', true],
  ['error: Disconnected from qemu:///system due to end of file', 'UNAVAILABLE', 'LIBVIRT_UNREACHABLE', true],
  ["error: failed to get domain 'x'", 'NOT_FOUND', 'NO_DOMAIN', false],
  ["error: Network not found: no network with matching name 'x'", 'FAILED_PRECONDITION', 'NETWORK_ERROR', false],
  ["error: Cannot access storage file '/x' (as uid:0, gid:0): No such file or directory", 'FAILED_PRECONDITION', 'STORAGE_ERROR', false],
  ["error: internal error: qemu: cannot set up guest memory 'pc.ram': Cannot allocate memory", 'RESOURCE_EXHAUSTED', 'INSUFFICIENT_RESOURCES', true],
  ['error: Timed out during operation: cannot acquire state change lock', 'UNAVAILABLE', 'DOMAIN_BUSY', true],
  ['error: something new', 'INTERNAL', 'LIBVIRT_ERROR', false],
  ['', 'INTERNAL', 'LIBVIRT_ERROR', false],
])('%s', (stderr, code, reason, retryable) => {
  const error = virshError('start domain x', stderr);
  expect(error).toMatchObject({ code, reason, retryable });
  expect(error.message).not.toMatch(/: error:|; error:/);
});
