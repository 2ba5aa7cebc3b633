import type { Task } from '@axion/docker-engine';

/**
 * What a node says of itself while it comes back: an engine that was killed has its networks, addresses and containers half
 * taken down, and gives the task the blame. Words of dockerd 20.10 to 28 (libnetwork, its overlay driver, containerd's client).
 */
const NODE_TROUBLES: readonly RegExp[] = [
  // The network of before is still there, or half removed: https://github.com/moby/moby/issues/48069
  /pool overlaps with other one on this address space/i,
  /error creating vxlan interface|subnet sandbox join failed|network sandbox (?:join failed|not exists)/i,
  /error creating external connectivity network/i,
  /endpoint with name \S+ already exists in network/i,
  /could not (?:add veth pair|find an available, non-overlapping ipv4 address pool)/i,
  // A task's own address, not a port of the host: that speaks of `bind` or `listen`. https://github.com/moby/moby/issues/34163
  /^(?:starting container failed: )?address already in use$/i,
  /failed to allocate gateway \(.*\): address already in use/i,
  // The node has not heard of the network yet, or forgot it: https://github.com/moby/moby/issues/35288
  /failed to get network during CreateEndpoint|could not find network allocator state|network \S+ not found/i,
  /attaching to network failed, make sure your network options are correct/i,
  /no chain\/target\/match by that name/i,
  // The container of before the kill, or the daemon that keeps containers.
  /^no such container: /i,
  /conflict\. the container name .* is already in use/i,
  /ttrpc: closed|transport is closing|containerd\.sock.*(?:refused|no such file)/i,
];

/**
 * Whether a task ended for what its node was going through, and not for what the file asks: Swarm tries again, and it proves
 * nothing of the deployment.
 */
export const isPassingTrouble = ({ state, error }: Pick<Task, 'state' | 'error'>): boolean =>
  (state === 'rejected' || state === 'failed') && NODE_TROUBLES.some((words) => words.test(error.trim()));
