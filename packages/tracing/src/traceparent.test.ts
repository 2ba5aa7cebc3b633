import { expect, test } from 'vitest';
import { readTraceparent, writeTraceparent } from './traceparent.ts';

const GIVEN = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('what is read is written again', () => expect(writeTraceparent(readTraceparent(GIVEN)!)).toBe(GIVEN));

test.each([
  undefined,
  '',
  'rubbish',
  GIVEN.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32)),
  GIVEN.replace('b7ad6b7169203331', '0'.repeat(16)),
  GIVEN.replace(/^00/, 'ff'),
  `${GIVEN}-more`,
])('%s is no traceparent', (text) => expect(readTraceparent(text)).toBeUndefined());

test('a later version may carry more', () => expect(readTraceparent(`01${GIVEN.slice(2)}-more`)?.traceId).toBe('0af7651916cd43dd8448eb211c80319c'));
