import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { SealedBox } from './sealed-box.ts';

const box = new SealedBox(randomBytes(32));

test('what was sealed opens, and does not show its content', () => {
  const sealed = box.seal({ password: 'hunter2' }, 'web');
  expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('hunter2');
  expect(box.open(sealed, 'web')).toEqual({ password: 'hunter2' });
});

test.each([
  ['another label', (sealed: string) => box.open(sealed, 'db')],
  ['another key', (sealed: string) => new SealedBox(randomBytes(32)).open(sealed, 'web')],
  ['a changed byte', (sealed: string) => box.open(sealed.replace(/.{4}$/, 'AAAA'), 'web')],
  ['nothing at all', () => box.open('', 'web')],
])('%s does not open it', (_, open) => {
  expect(() => open(box.seal({ a: 1 }, 'web'))).toThrow(expect.objectContaining({ code: 'DATA_LOSS', reason: 'SEAL_BROKEN' }));
});
