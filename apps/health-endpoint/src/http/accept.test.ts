import { expect, test } from 'vitest';
import { preferred } from './accept.ts';

const TEXT = 'text/plain';
const OPEN = 'application/openmetrics-text';
const PROMETHEUS_3 = 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

test.each([
  [undefined, TEXT],
  ['', TEXT],
  ['*/*', TEXT],
  [PROMETHEUS_3, OPEN],
  ['application/openmetrics-text', OPEN],
  ['text/plain;q=0.9,application/openmetrics-text;q=0.8', TEXT],
  ['application/*;q=0.9,text/*;q=0.1', OPEN],
  ['text/plain;q=0,*/*', OPEN],
  ['Application/OpenMetrics-Text; Q=0.9, text/plain; q=0.1', OPEN],
  ['image/png', TEXT],
  ['text/plain;q=oops,application/openmetrics-text;q=0.1', OPEN],
])('Accept: %s', (accept, expected) => {
  expect(preferred(accept, [TEXT, OPEN])).toBe(expected);
});
