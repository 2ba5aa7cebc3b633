import type { Bus } from '@axion/bus';
import type { EventBody, StoredCommand } from '@axion/contracts';
import { untilAborted } from '@axion/core';

export interface FollowOptions {
  /** Told of each of the command's events, the last one too. */
  readonly onEvent: (body: EventBody) => void;
  /** Told once, when nothing has happened for a while and no executor shows that it is there. */
  readonly onNobody: () => void;
  readonly signal: AbortSignal;
}

/** Executors beat every five seconds. */
const NOBODY_MS = 12_000;

/** Publishes a command and follows it to its terminal event. Rejects with the signal's reason. */
export const followCommand = async (bus: Bus, command: StoredCommand, { onEvent, onNobody, signal }: FollowOptions): Promise<EventBody> => {
  const { promise: ended, resolve } = Promise.withResolvers<EventBody>();
  let heard = false;
  const following = await bus.events.follow({ key: command.key }, ({ body, terminal }) => {
    if (body.causation_id !== command.commandId) return;
    heard = true;
    onEvent(body);
    if (terminal) resolve(body);
  });
  const beats = bus.beats.subscribe(({ component }) => (heard ||= component === `${command.executor}-executor`));
  const timer = setTimeout(() => heard || onNobody(), NOBODY_MS);
  try {
    await bus.commands.publish(command);
    return await untilAborted(ended, signal);
  } finally {
    clearTimeout(timer);
    beats.stop();
    following.stop();
  }
};

/** Whether a command ended as it was meant to. */
export const endedWell = ({ event_type: type }: EventBody): boolean => !type.endsWith('Failed') && type !== 'ErrorReport';
