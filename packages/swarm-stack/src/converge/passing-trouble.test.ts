import { expect, test } from 'vitest';
import { isPassingTrouble } from './passing-trouble.ts';

test.each([
  ['Pool overlaps with other one on this address space', true],
  ['invalid pool request: Pool overlaps with other one on this address space', true],
  ['starting container failed: Address already in use', true],
  ['network sandbox join failed: subnet sandbox join failed for "10.0.1.0/24": error creating vxlan interface: file exists', true],
  ['starting container failed: failed to get network during CreateEndpoint: network e671312jr3o0 not found', true],
  ['failed to allocate gateway (10.0.0.1): Address already in use', true],
  ['No such container: shop_web.1.x9', true],
  ['starting container failed: driver failed programming external connectivity on endpoint web: Bind for 0.0.0.0:80 failed: port is already allocated', false],
  ['driver failed programming external connectivity: Error starting userland proxy: listen tcp4 0.0.0.0:80: bind: address already in use', false],
  ['No such image: shop/web:9', false],
  ['task: non-zero exit (137)', false],
  ['invalid mount config for type "bind": bind source path does not exist: /data', false],
  ['', false],
])('%s: %s', (error, passes) => {
  expect(isPassingTrouble({ state: 'rejected', error })).toBe(passes);
  expect(isPassingTrouble({ state: 'running', error })).toBe(false);
});
