import type { Command } from 'commander';
import { AxionError } from '@axion/core';
import type { CommandContext } from './context.ts';
import type { DeadLetters } from '../dlq/dead-letters.ts';
import { letterSummary, reasonOf } from '../dlq/letter-summary.ts';
import type { LetterSummary } from '../dlq/letter-summary.ts';

const DEFAULT_LIMIT = 50;

const readLimit = (text: string): number => {
  const limit = Number(text);
  if (!Number.isSafeInteger(limit) || limit < 1) throw new AxionError('INVALID_ARGUMENT', `--limit takes a whole number from 1, not "${text}"`);
  return limit;
};

const byTime = (a: LetterSummary, b: LetterSummary): number => a.time.localeCompare(b.time);

/** The newest letters of one reason or of any, oldest first; of the topic no more is kept than is shown. */
const newest = async (letters: DeadLetters, limit: number, reason: string | undefined): Promise<readonly LetterSummary[]> => {
  let kept: LetterSummary[] = [];
  for await (const placed of letters.all(reason === undefined ? limit : Infinity)) {
    if (reason !== undefined && reasonOf(placed) !== reason) continue;
    kept.push(letterSummary(placed));
    if (kept.length >= 2 * limit) kept = kept.toSorted(byTime).slice(-limit);
  }
  return kept.toSorted(byTime).slice(-limit);
};

/** `axion dlq list`: what was put aside, when and why. */
export const addDlqList = (dlq: Command, context: CommandContext): void => {
  dlq
    .command('list')
    .alias('ls')
    .description('what was put aside, when and why; payloads and headers are not shown')
    .option('-n, --limit <count>', 'the newest so many', readLimit, DEFAULT_LIMIT)
    .option('-r, --reason <reason>', 'only those of this reason, e.g. NOT_JSON')
    .addHelpText('after', `
Examples:
  axion dlq list                                   the newest 50
  axion dlq list --limit 500 --reason INVALID_SIGNATURE`)
    .action(async ({ limit, reason }: { readonly limit: number; readonly reason?: string }) => {
      const out = context.output();
      // The client of Kafka is loaded by these commands alone.
      const { DeadLetters } = await import('../dlq/dead-letters.ts');
      await using letters = await DeadLetters.open(context);
      const found = await newest(letters, limit, reason);
      if (out.json) {
        for (const summary of found) out.line(JSON.stringify(summary));
        return;
      }
      if (found.length === 0) {
        out.line(`no dead letters${reason === undefined ? '' : ` of reason ${reason}`} in ${letters.topics.deadLetters}`);
        return;
      }
      out.table(
        ['place', 'time', 'reason', 'command', 'id', 'topic', 'key'],
        found.map((summary) => [summary.place, summary.time, summary.reason, ...[summary.command_type, summary.command_id, summary.original_topic, summary.original_key].map((text) => text ?? '-')]),
      );
    });
};
