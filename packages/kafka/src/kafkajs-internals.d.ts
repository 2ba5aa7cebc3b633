// The parts of kafkajs 2.2.4 below its public interface that the agent needs: to fence a former producer and read a
// topic without a consumer group (docs/adr/0009-outbox.md), to take a killed member out of its group, and to calm the
// timers of its connections. The version is pinned; the integration tests notice.
declare module 'kafkajs/src/network/requestQueue/index.js' {
  interface SocketRequest {
    readonly sentAt: number;
    readonly requestTimeout: number;
    timeoutRequest(): void;
  }
  /** What waits for a connection to send it, and for the broker to answer. */
  export default class RequestQueue {
    readonly enforceRequestTimeout: boolean;
    readonly requestTimeout: number;
    readonly inflight: ReadonlyMap<number, SocketRequest>;
    readonly pending: readonly SocketRequest[];
    /** Milliseconds since 1970; -1 when the broker has not asked for a pause. */
    readonly throttledUntil: number;
    readonly isConnected: () => boolean;
    /** Cleared by `destroy`. */
    requestTimeoutIntervalId: NodeJS.Timeout | undefined;
    /** Cleared by `destroy`. */
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    destroy(): void;
    /** Sends what may be sent, then schedules itself. */
    checkPendingRequests(): void;
    scheduleRequestTimeoutCheck(): void;
    scheduleCheckPendingRequests(): void;
  }
}
declare module 'kafkajs/src/loggers/index.js' {
  import type { logCreator, logLevel } from 'kafkajs';
  export type InternalLogger = { readonly internal: unique symbol };
  const loggers: { createLogger(options: { level: logLevel; logCreator: logCreator }): InternalLogger };
  export default loggers;
}
declare module 'kafkajs/src/network/socketFactory.js' {
  import type { ISocketFactory } from 'kafkajs';
  const socketFactory: () => ISocketFactory;
  export default socketFactory;
}
declare module 'kafkajs/src/cluster/index.js' {
  import type { ISocketFactory, KafkaConfig, PartitionMetadata } from 'kafkajs';
  import type { InternalLogger } from 'kafkajs/src/loggers/index.js';

  export interface ProducerId {
    readonly producerId: string;
    readonly producerEpoch: number;
  }
  export interface ProducedMessage {
    readonly key: string | Buffer | null;
    readonly value: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly timestamp: number;
  }
  export interface FetchedMessage {
    readonly offset: string;
    readonly timestamp: string;
    readonly isControlRecord: boolean;
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers: Readonly<Record<string, Buffer | Buffer[] | undefined>>;
  }
  interface TopicPartitions {
    readonly topic: string;
    readonly partitions: readonly number[];
  }
  export interface Broker {
    describeGroups(request: { groupIds: readonly string[] }): Promise<{ groups: readonly { members: readonly { memberId: string; clientId: string }[] }[] }>;
    leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>;
    initProducerId(request: { transactionalId: string | undefined; transactionTimeout: number }): Promise<ProducerId>;
    addPartitionsToTxn(request: ProducerId & { transactionalId: string; topics: readonly TopicPartitions[] }): Promise<unknown>;
    endTxn(request: ProducerId & { transactionalId: string; transactionResult: boolean }): Promise<unknown>;
    produce(
      request: ProducerId & {
        acks: -1;
        timeout: number;
        compression: number;
        topicData: readonly {
          topic: string;
          partitions: readonly { partition: number; firstSequence: number; messages: readonly ProducedMessage[] }[];
        }[];
      },
    ): Promise<unknown>;
    fetch(request: {
      isolationLevel: 0;
      maxWaitTime: number;
      minBytes: number;
      maxBytes: number;
      topics: readonly { topic: string; partitions: readonly { partition: number; fetchOffset: string; maxBytes: number }[] }[];
    }): Promise<{ responses: readonly { partitions: readonly { messages: readonly FetchedMessage[] }[] }[] }>;
  }
  type ClusterOptions = Omit<KafkaConfig, 'logLevel' | 'logCreator'> & {
    readonly logger: InternalLogger;
    readonly socketFactory: ISocketFactory;
    readonly metadataMaxAge: number;
    readonly allowAutoTopicCreation: boolean;
    /** 0: read uncommitted. */
    readonly isolationLevel: 0;
  };
  export default class Cluster {
    constructor(options: ClusterOptions);
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    addTargetTopic(topic: string): Promise<void>;
    refreshMetadataIfNecessary(): Promise<void>;
    findTopicPartitionMetadata(topic: string): readonly PartitionMetadata[];
    findBroker(node: { nodeId: number }): Promise<Broker>;
    findControllerBroker(): Promise<Broker>;
    /** `coordinatorType` 0: of consumer groups; 1: of transactions. */
    findGroupCoordinator(group: { groupId: string; coordinatorType: 0 | 1 }): Promise<Broker>;
    fetchTopicsOffset(
      topics: readonly { topic: string; partitions: readonly { partition: number }[]; fromBeginning: boolean }[],
    ): Promise<readonly { topic: string; partitions: readonly { partition: number; offset: string }[] }[]>;
  }
}
