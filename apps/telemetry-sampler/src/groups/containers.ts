import type { CgroupTree, ContainerCgroup, ContainerUsage } from '../cgroup/container-usage.ts';
import { findContainers } from '../cgroup/find-containers.ts';
import { isLeftBehind } from '../cgroup/is-left-behind.ts';
import { readContainerNetwork } from '../cgroup/read-container-network.ts';
import { isGone } from '../host-files.ts';
import type { HostFiles } from '../host-files.ts';
import type { HostPaths } from '../host-paths.ts';
import { containerFamilies } from '../mapping/container-families.ts';
import type { MeasuredContainer } from '../mapping/container-families.ts';
import type { ContainerNames } from '../container-names.ts';
import type { MetricFamily, SampleGroup } from '../sample-group.ts';

/** What each container uses, from its cgroup and the network of its first process. Names come from those who know the engine; without them the short id stands. */
export class ContainerGroup implements SampleGroup {
  readonly name = 'containers';
  readonly #files: HostFiles;
  readonly #proc: string;
  readonly #openTree: () => CgroupTree;
  readonly #names: ContainerNames;
  #tree: CgroupTree | undefined;

  constructor(files: HostFiles, paths: HostPaths, openTree: () => CgroupTree, names: ContainerNames) {
    this.#files = files;
    this.#proc = paths.proc;
    this.#openTree = openTree;
    this.#names = names;
  }

  collect(): readonly MetricFamily[] {
    this.#tree ??= this.#openTree();
    const tree = this.#tree;
    const measured = findContainers(this.#files, tree.root).flatMap((container): MeasuredContainer[] => {
      if (isLeftBehind(this.#files, tree.processesOf(container))) return [];
      const usage = usageIfThere(tree, container);
      if (usage === undefined) return [];
      const network = readContainerNetwork(this.#files, this.#proc, tree.processesOf(container));
      return [{ container, usage: { ...usage, ...(network === undefined ? {} : { network }) }, ...this.#names.of(container.id) }];
    });
    return containerFamilies(measured);
  }
}

/** A container that ended since the folders were listed is none of this pass. */
const usageIfThere = (tree: CgroupTree, container: ContainerCgroup): ContainerUsage | undefined => {
  try {
    return tree.read(container);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
};
