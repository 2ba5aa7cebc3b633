/**
 * The container a cgroup folder belongs to: Docker names it by the full id (cgroupfs driver) or `docker-<id>.scope`
 * (systemd driver). `undefined` for any other folder.
 */
export const containerIdOf = (folder: string): string | undefined => /^(?:docker-)?([0-9a-f]{64})(?:\.scope)?$/.exec(folder)?.[1];

/** Folders of the root in which sessions and services of the host live: never containers, and there can be hundreds. */
const HOST_ONLY = new Set(['user.slice', 'init.scope', 'dev-hugepages.mount', 'dev-mqueue.mount', 'sys-fs-fuse-connections.mount']);

/** Whether containers may lie in a folder of the cgroup root: `docker`, `system.slice`, or what a user gave as cgroup parent. */
export const mayHoldContainers = (folder: string): boolean => !HOST_ONLY.has(folder) && !folder.endsWith('.mount') && !folder.endsWith('.service');
