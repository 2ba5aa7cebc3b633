import type { PlacedLetter } from './dead-letters.ts';
import { placeText } from './letter-place.ts';

/** What is shown of a dead letter: never its payload or its headers, in which passwords may be. */
export interface LetterSummary {
  readonly place: string;
  readonly time: string;
  readonly reason: string;
  readonly command_type: string | null;
  readonly command_id: string | null;
  readonly original_topic: string | null;
  readonly original_key: string | null;
}

/** The letter's reason, e.g. `NOT_JSON`; of a record that is no dead letter, that. */
export const reasonOf = ({ letter }: Pick<PlacedLetter, 'letter'>): string => letter?.error.code ?? 'NO_DEAD_LETTER';

const MOST_CHARACTERS = 80;
/** Anybody may have written it, so it must not steer a terminal. */
const shown = (text: string): string => text.replaceAll(/\p{C}/gu, '�').slice(0, MOST_CHARACTERS);

/** Two fields of an envelope that was refused, where they can be read. */
const command = (payload: string | null | undefined): Readonly<Record<'command_type' | 'command_id', string | null>> => {
  const field = (value: unknown): string | null => (typeof value === 'string' ? shown(value) : null);
  try {
    const { command_type: type, command_id: id } = JSON.parse(payload ?? '') as Record<string, unknown>;
    return { command_type: field(type), command_id: field(id) };
  } catch {
    return { command_type: null, command_id: null };
  }
};

export const letterSummary = (placed: PlacedLetter): LetterSummary => {
  const { letter, timestamp } = placed;
  return {
    place: placeText(placed),
    time: new Date(timestamp).toISOString(),
    reason: shown(reasonOf(placed)),
    ...command(letter?.originalPayload),
    original_topic: letter === undefined ? null : shown(letter.originalTopic),
    original_key: letter?.originalKey == null ? null : shown(letter.originalKey),
  };
};
