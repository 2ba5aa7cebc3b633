/** Labels of what the agent makes for workloads: the outer contract, section 7. */
export const LABELS = {
  workload: 'dev.axion.workload',
  revision: 'dev.axion.revision',
  /** The sealed spec; see `Wanted.memo`. */
  memo: 'dev.axion.memo',
  /** It may end by itself: its policy is `no` or `on-failure`. */
  job: 'dev.axion.job',
  /** The fingerprint of the agent's key, on what carries no memo of its own: containers of a Compose application. */
  owner: 'dev.axion.owner',
  /** `compose` on the containers of a Compose application, which are parts of a workload; missing on a workload that is a container. */
  type: 'dev.axion.type',
} as const;

/** Labels of a Persys node, whose workloads are taken over as they are. */
export const PERSYS_LABELS = { managed: 'persys.managed', workload: 'persys.workload_id', revision: 'persys.revision_id' } as const;
