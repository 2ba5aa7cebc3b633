import { ledgerKey, STREAMS, subjects } from '@axion/contracts';
import type { Executor, StoredCommand } from '@axion/contracts';
import type { BusLog } from './bus-log.ts';
import type { AnnouncedCommand, CommandQueue, Commands, PendingCommand, Published, QueuedCommand, Removals, Subscription } from './bus.ts';
import { FROM } from './bus-connection.ts';
import type { BusConnection } from './bus-connection.ts';
import { jsonOf } from './json-message.ts';
import { QueueRemovals } from './queue-removals.ts';
import type { StoredMessage } from './stored-message.ts';
import { StreamFollower } from './stream-follower.ts';
import type { StreamStore } from './stream-store.ts';

const STREAM = STREAMS.COMMANDS.name;

const isCommand = (value: unknown): value is StoredCommand =>
  typeof value === 'object' && value !== null && 'commandId' in value && 'type' in value && 'executor' in value && 'key' in value && 'payload' in value;

/** The queues of commands: one an executor and key, all in one stream. */
export class CommandQueues implements Commands {
  readonly #connection: BusConnection;
  readonly #store: StreamStore;
  readonly #log: BusLog;

  constructor(connection: BusConnection, store: StreamStore) {
    this.#connection = connection;
    this.#store = store;
    this.#log = connection.log;
  }

  publish(command: StoredCommand): Promise<Published> {
    return this.#store.store(`put command ${command.commandId} on the bus`, subjects.command(command.executor, command.key), JSON.stringify(command), {
      id: ledgerKey(command.commandId),
    });
  }

  async watch(executor: Executor, onPending: (pending: PendingCommand) => void): Promise<Subscription> {
    const filter = subjects.command(executor, '*');
    const what = `watch the commands of ${executor}`;
    const prefix = subjects.command(executor, '').length;
    return new StreamFollower(this.#connection, this.#store, { what, stream: STREAM, filter, after: 0, repeatAll: true }, (message) =>
      onPending({ key: message.subject.slice(prefix), sequence: message.sequence, read: () => (message.data.length === 0 ? undefined : this.#read(message)) }),
    ).start();
  }

  announced(executor: Executor, onAnnounced: (announced: AnnouncedCommand) => void): Subscription {
    const prefix = subjects.command(executor, '').length;
    return this.#connection.subscribe(subjects.command(executor, '*'), ({ subject, data, headers }) => {
      const genuine = headers?.values(FROM).length === 1;
      onAnnounced({ key: subject.slice(prefix), read: () => this.#command({ subject, sequence: 0, data, genuine }) });
    });
  }

  async head(executor: Executor, key: string): Promise<QueuedCommand | undefined> {
    const subject = subjects.command(executor, key);
    for (;;) {
      const message = await this.#store.first(`read the next command of ${key}`, STREAM, subject);
      if (message === undefined) return undefined;
      const command = this.#read(message);
      if (command !== undefined) return command;
      await this.remove(message.sequence);
    }
  }

  async waiting(executor: Executor, key: string, max = 256, afterSequence = 0): Promise<readonly QueuedCommand[]> {
    for (;;) {
      const { messages } = await this.#store.page(`read the commands of ${key}`, STREAM, subjects.command(executor, key), afterSequence + 1, max);
      const commands: QueuedCommand[] = [];
      for (const message of messages) {
        const command = this.#read(message);
        if (command === undefined) await this.remove(message.sequence);
        else commands.push(command);
      }
      // A page of nothing but strays is not the end of the queue.
      if (commands.length > 0 || messages.length === 0) return commands;
    }
  }

  async at(sequence: number): Promise<QueuedCommand | undefined> {
    const message = await this.#store.at(`read command ${sequence}`, STREAM, sequence);
    return message === undefined ? undefined : this.#read(message);
  }

  remove(sequence: number): Promise<void> {
    return this.#store.remove(`remove command ${sequence}`, STREAM, sequence);
  }

  removals(queue: CommandQueue): Removals {
    return new QueueRemovals(this.#connection, this.#store, queue);
  }

  #read(message: StoredMessage): QueuedCommand | undefined {
    const command = this.#command(message);
    return command === undefined ? undefined : { ...command, sequence: message.sequence, storedAt: message.storedAt };
  }

  #command(message: Parameters<typeof jsonOf>[0]): StoredCommand | undefined {
    const command = jsonOf(message, this.#log);
    // The subject decides whose command it is: what says otherwise inside was not published by an intake.
    return isCommand(command) && subjects.command(command.executor, command.key) === message.subject ? command : undefined;
  }
}
