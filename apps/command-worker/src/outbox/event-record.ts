import { AGENT_KEY } from '@axion/contracts';
import type { SequencedEvent } from '@axion/bus';
import type { OutgoingRecord } from '@axion/kafka';
import { POSITION_HEADER, positionText } from '../kafka/topic-tail.ts';

/** Headers of the agent's own that end here. */
const INTERNAL_PREFIX = 'x-axion-';

/** A record that knows its event. */
export interface EventRecord extends OutgoingRecord {
  readonly event: SequencedEvent;
}

/** An event as the events topic carries it: key, body and headers of the outer contract, and its place on the bus. @param stream see `StreamPosition` */
export const eventRecord = (event: SequencedEvent, stream: number): EventRecord => {
  const { key, headers, body, sequence } = event;
  const outer = Object.entries(headers).filter(([name]) => !name.startsWith(INTERNAL_PREFIX));
  return {
    event,
    key: key === AGENT_KEY ? body.agent_id : key,
    value: JSON.stringify(body),
    headers: { ...Object.fromEntries(outer), [POSITION_HEADER]: positionText({ stream, sequence }) },
  };
};

const KEPT_WHEN_SHORTENED = ['project_id', 'deployment_id', 'status', 'message', 'command_type'];
const MOST_CHARACTERS = 4096;

/** The event without the parts of its payload that make it too large for the topic: that a command ended must be told in any case. */
export const shortenedRecord = (event: SequencedEvent, stream: number): EventRecord => {
  const { payload } = event.body;
  const kept = KEPT_WHEN_SHORTENED.flatMap((name) => (name in payload ? [[name, shortened(payload[name])] as const] : []));
  return eventRecord({ ...event, body: { ...event.body, payload: { ...Object.fromEntries(kept), truncated: true } } }, stream);
};

const shortened = (value: unknown): unknown => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= MOST_CHARACTERS ? value : `${text.slice(0, MOST_CHARACTERS)}…`;
};
