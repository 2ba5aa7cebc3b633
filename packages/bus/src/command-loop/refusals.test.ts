import { expect, test } from 'vitest';
import type { StoredCommand } from '@axion/contracts';
import { refusal } from './refusals.ts';

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const now = Date.parse('2026-06-15T12:00:00Z');
const at = (offset: number): string => new Date(now + offset).toISOString();
const command = (issued: number, expires?: number): StoredCommand => ({ timestamp: at(issued), ...(expires === undefined ? {} : { expiresAt: at(expires) }) }) as StoredCommand;

// The clocks of control plane and server may differ by hours either way; only what the ledger could have forgotten is refused.
test.each([
  ['just now', command(0), undefined],
  ['from a clock that is a day ahead', command(DAY), undefined],
  ['from a clock that is hours behind', command(-5 * HOUR), undefined],
  ['that waited for six days', command(-6 * DAY), undefined],
  ['almost as old as the ledger', command(-7 * DAY + 1.5 * HOUR), undefined],
  ['that the ledger may forget while it runs', command(-7 * DAY + 0.5 * HOUR), 'OLDER_THAN_LEDGER'],
  ['older than the ledger', command(-8 * DAY), 'OLDER_THAN_LEDGER'],
  ['that expires in an hour', command(-DAY, HOUR), undefined],
  ['that expired', command(-DAY, -1), 'EXPIRED'],
  ['that expires this instant', command(0, 0), 'EXPIRED'],
])('a command %s', (_what, one, reason) => expect(refusal(one, now)?.reason).toBe(reason));
