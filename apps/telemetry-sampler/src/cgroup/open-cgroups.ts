import type { HostFiles } from '../host-files.ts';
import { CgroupV1 } from './cgroup-v1.ts';
import { CgroupV2 } from './cgroup-v2.ts';
import type { CgroupTree } from './container-usage.ts';
import { textIfThere } from './optional-file.ts';

/** The host's cgroup version: the root of v2 has a list of controllers; a host that mounts v2 beside v1 (hybrid) keeps its controllers in v1. */
export const openCgroups = (files: HostFiles, mount: string): CgroupTree =>
  textIfThere(files, `${mount}/cgroup.controllers`) === undefined ? new CgroupV1(files, mount) : new CgroupV2(files, mount);
