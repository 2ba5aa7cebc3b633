import { withDeadline } from '@axion/core';
import type { KafkaClient } from '@axion/kafka';
import type { Logger } from '@axion/service-kit';

const GROUP = 0;
const CLOSE_BUDGET = 2000;

/**
 * Tells the consumer group that members of this client's name are gone: a killed process could not, and the group would
 * wait for it for a whole session time-out before it gives its partitions to the next.
 */
export const dismissFormerSelves = async (client: KafkaClient, group: string, log: Logger): Promise<void> => {
  const cluster = client.cluster();
  try {
    await cluster.connect();
    const coordinator = await cluster.findGroupCoordinator({ groupId: group, coordinatorType: GROUP });
    const { groups } = await coordinator.describeGroups({ groupIds: [group] });
    const former = groups.flatMap(({ members }) => members).filter(({ clientId }) => clientId === client.clientId);
    await Promise.all(former.map(({ memberId }) => coordinator.leaveGroup({ groupId: group, memberId })));
    if (former.length > 0) log.info({ group, members: former.length }, 'a former process of this worker was taken out of the consumer group');
  } catch (error) {
    // Without it the group only takes longer to notice.
    log.debug({ err: error }, 'former members of the group were not dismissed');
  } finally {
    await withDeadline('disconnect from Kafka', CLOSE_BUDGET, () => cluster.disconnect()).catch(() => undefined);
  }
};
