import type { Command } from 'commander';
import { AxionError } from '@axion/core';
import type { CommandContext } from './context.ts';
import type { DeadLetters, PlacedLetter } from '../dlq/dead-letters.ts';
import { placeText, readPlace } from '../dlq/letter-place.ts';
import { reasonOf } from '../dlq/letter-summary.ts';
import { replayRecord } from '../dlq/replay-record.ts';

interface ReplayOptions {
  readonly all?: boolean;
  readonly reason?: string;
}

/** All letters of this agent: others may share the topic, and theirs are not for us to repeat unasked. */
async function* ownLetters(letters: DeadLetters, reason: string | undefined): AsyncGenerator<PlacedLetter> {
  for await (const placed of letters.all()) {
    if (placed.letter?.originalTopic !== letters.topics.commands) continue;
    if (reason === undefined || reasonOf(placed) === reason) yield placed;
  }
}

/** `axion dlq replay`: sends dead letters again to where they came from. */
export const addDlqReplay = (dlq: Command, context: CommandContext): void => {
  dlq
    .command('replay [place...]')
    .description('send dead letters again to the topic they came from; they also stay where they are')
    .option('-a, --all', 'all that came from this agent’s commands topic')
    .option('-r, --reason <reason>', 'with --all: only those of this reason, e.g. INVALID_SIGNATURE')
    .addHelpText('after', `
A place is PARTITION:OFFSET as "axion dlq list" shows it. A command that was executed meanwhile is recognised by its id and not
executed again. What fails once more is dropped, with a line in the log: it does not come back as a dead letter.

Examples:
  axion dlq replay 0:17 0:18
  axion dlq replay --all --reason INVALID_SIGNATURE`)
    .action(async (texts: readonly string[], { all = false, reason }: ReplayOptions) => {
      if (all === texts.length > 0) throw new AxionError('INVALID_ARGUMENT', 'name the places of the letters to send again, or use --all');
      if (reason !== undefined && !all) throw new AxionError('INVALID_ARGUMENT', '--reason goes with --all');
      const places = texts.map((text) => readPlace(text));
      const out = context.output();
      const { DeadLetters } = await import('../dlq/dead-letters.ts');
      await using letters = await DeadLetters.open(context);
      await using sender = letters.sender();
      // Letters that were named are all looked at before the first is sent.
      const chosen = all ? ownLetters(letters, reason) : await Promise.all(places.map((place) => letters.at(place)));
      let sent = 0;
      let left = 0;
      for await (const placed of chosen) {
        context.signal.throwIfAborted();
        const place = placeText(placed);
        const record = replayRecord(placed);
        if (typeof record === 'string') {
          left += 1;
          process.stderr.write(`axion: ${place} is not sent again: ${record}\n`);
          continue;
        }
        await sender.send(record.topic, record);
        sent += 1;
        out.result({ replayed: place, topic: record.topic }, () => out.line(`${place} ${out.style('dim', '→')} ${record.topic}`));
      }
      if (sent + left === 0) out.result({ replayed: null }, () => out.line('no dead letters to send again'));
      if (left > 0) process.exitCode = 1;
    });
};
