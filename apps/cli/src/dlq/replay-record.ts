import { REPLAY_HEADER } from '@axion/contracts';
import type { PlacedLetter } from './dead-letters.ts';
import { placeText } from './letter-place.ts';

/** The record that a dead letter was, and where it belongs. */
export interface ReplayRecord {
  readonly topic: string;
  readonly key: string | null;
  readonly value: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** The record to send again, or in words why there is none. */
export const replayRecord = (placed: PlacedLetter): ReplayRecord | string => {
  const { letter } = placed;
  if (letter === undefined) return 'it is no dead letter';
  const { originalTopic: topic, originalKey: key, originalHeaders, originalPayload: payload, originalPayloadEncoding: encoding, originalPayloadBytes: bytes } = letter;
  if (payload === null) return 'the message had no value';
  if (bytes !== undefined) return `of its ${bytes} bytes only the beginning was kept`;
  const value = encoding === 'base64' ? Buffer.from(payload, 'base64') : payload;
  return { topic, key, value, headers: { ...originalHeaders, [REPLAY_HEADER]: placeText(placed) } };
};
