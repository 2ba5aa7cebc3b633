import { expect, test } from 'vitest';
import { checkedImage } from './image-reference.ts';

const SHA = 'a'.repeat(64);

test.each(['busybox', 'busybox:1.36', 'localhost:5000/a/b_c:1', 'ghcr.io/x/y-z:1.2', `a@sha256:${SHA}`, `a:1@sha256:${SHA}`, `sha256:${SHA}`, SHA, SHA.slice(0, 12)])('%s may be asked for', (image) => {
  expect(checkedImage(image)).toBe(image);
});

test.each(['', '.', '..', './x', '../containers', '%2e%2e/x', 'http://x/y:1', 'a//b:1', '/a', 'a/', 'a b', 'a?b', 'a#b', 'a\n', '-x', 'a:1/../b', `a@sha256:${SHA}/..`])('%j is refused by name', (image) => {
  expect(() => checkedImage(image)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', reason: 'INVALID_IMAGE', details: { image } }));
});
