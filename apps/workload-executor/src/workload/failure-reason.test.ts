import { AxionError } from '@axion/core';
import { expect, test } from 'vitest';
import { failureReason, isRuntimeAway } from './failure-reason.ts';

test.each([
  [new AxionError('NOT_FOUND', 'manifest unknown', { reason: 'IMAGE_NOT_FOUND' }), 'IMAGE_NOT_FOUND'],
  [new AxionError('PERMISSION_DENIED', 'unauthorized', { reason: 'REGISTRY_DENIED' }), 'IMAGE_PULL_FAILED'],
  [new AxionError('UNAVAILABLE', 'no such host', { reason: 'REGISTRY_UNREACHABLE' }), 'IMAGE_PULL_FAILED'],
  [new AxionError('RESOURCE_EXHAUSTED', 'needs 8 GB'), 'INSUFFICIENT_RESOURCES'],
  [new AxionError('INVALID_ARGUMENT', 'spec.container.image is empty'), 'INVALID_SPEC'],
  [new AxionError('FAILED_PRECONDITION', 'port 80 is taken', { reason: 'PORT_IN_USE' }), 'NETWORK_ERROR'],
  [new AxionError('INTERNAL', 'driver failed: Bind for 0.0.0.0:80 failed: port is already allocated'), 'NETWORK_ERROR'],
  [new AxionError('INTERNAL', 'write /var/lib/docker/x: no space left on device'), 'STORAGE_ERROR'],
  [new AxionError('INTERNAL', 'error while mounting volume'), 'STORAGE_ERROR'],
  [new AxionError('UNAVAILABLE', 'rbd is not installed', { reason: 'VOLUME_DRIVER_UNAVAILABLE' }), 'STORAGE_ERROR'],
  [new AxionError('INTERNAL', 'the kernel panicked', { reason: 'VM_BOOT_FAILED' }), 'VM_BOOT_FAILED'],
  [new AxionError('INTERNAL', 'OCI runtime create failed'), 'RUNTIME_ERROR'],
])('%s', (error, reason) => expect(failureReason(error)).toBe(reason));

test('a runtime that is away is no failure of a workload; a registry that is away is', () => {
  expect(isRuntimeAway(new AxionError('UNAVAILABLE', 'x', { reason: 'ENGINE_UNREACHABLE' }))).toBe(true);
  expect(isRuntimeAway(new AxionError('UNAVAILABLE', 'x', { reason: 'RUNTIME_AWAY' }))).toBe(true);
  expect(isRuntimeAway(new AxionError('UNAVAILABLE', 'x', { reason: 'REGISTRY_UNREACHABLE' }))).toBe(false);
});
