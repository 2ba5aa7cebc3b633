import { listOf, listOrMap, open, text, type Schema } from './schema.ts';

const topologies = listOf(open({ segments: listOrMap }));

/** `x-cluster-spec` of a volume (CSI): checked, then ignored, because a stack never creates volumes. */
export const clusterVolume: Schema = open({
  group: text,
  access_mode: open({
    scope: text,
    sharing: text,
    block_volume: { types: ['object'] },
    mount_volume: open({ fs_type: text, mount_flags: listOf(text) }),
  }),
  accessibility_requirements: open({ requisite: topologies, preferred: topologies }),
  capacity_range: open({ required_bytes: text, limit_bytes: text }),
  availability: text,
});
