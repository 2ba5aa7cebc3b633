import { expect, it } from 'vitest';
import { parseVolumeSpec } from './volume-spec.ts';

it.each([
  ['/data', { type: 'volume', target: '/data' }],
  ['data:/data', { type: 'volume', source: 'data', target: '/data' }],
  ['./a:/b:ro', { type: 'bind', source: './a', target: '/b', readOnly: true }],
  ['~/a:/b', { type: 'bind', source: '~/a', target: '/b' }],
  ['data:/b:nocopy,ro,z', { type: 'volume', source: 'data', target: '/b', readOnly: true, volume: { nocopy: true } }],
  ['/a:/b:rshared', { type: 'bind', source: '/a', target: '/b', bind: { propagation: 'rshared' } }],
  ['C:\\data:/d', { type: 'bind', source: 'C:\\data', target: '/d' }],
  ['v:/v', { type: 'volume', target: 'v:/v' }],
  ['ab', { type: 'volume', target: 'ab' }],
])('%s', (spec, volume) => {
  expect(parseVolumeSpec(spec)).toEqual(volume);
});

it.each([
  ['', 'invalid empty volume spec'],
  [':/media/', 'invalid spec: :/media/: empty section between colons'],
  ['/a::/b', 'empty section between colons'],
  ['/aa:/bb:ro:x', 'too many colons'],
])('%j is refused', (spec, message) => {
  expect(() => parseVolumeSpec(spec)).toThrow(message);
});
