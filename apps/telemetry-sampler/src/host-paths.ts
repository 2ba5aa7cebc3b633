/** Where the kernel's trees are mounted. Other roots serve tests, and an agent in a container that sees the host's under a prefix. */
export interface HostPaths {
  readonly proc: string;
  readonly cgroup: string;
}

export const hostPaths: HostPaths = { proc: '/proc', cgroup: '/sys/fs/cgroup' };
