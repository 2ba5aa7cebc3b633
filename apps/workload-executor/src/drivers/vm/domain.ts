/** Where a disk's bytes are. */
export interface DiskSource {
  readonly kind: 'file' | 'block';
  readonly path: string;
}

/** libvirt's place for a device; kept over revisions, because the guest's names for devices follow from it. */
export type Address = Readonly<Record<string, string>>;

export interface Disk {
  readonly device: 'disk' | 'cdrom';
  /** Missing: an empty drive. */
  readonly source?: DiskSource;
  readonly format: string;
  /** `vda`, `sda`, … */
  readonly target: string;
  /** Shown to the guest, e.g. as `/dev/disk/by-id/virtio-SERIAL`. */
  readonly serial?: string;
  readonly readOnly: boolean;
  /**
   * Its bytes are on a server that may be away for a while: the guest waits then instead of being told of errors, and what it
   * wrote is there and not in the host's memory.
   */
  readonly remote?: boolean;
  readonly bootOrder?: number;
  readonly address?: Address;
}

export interface Interface {
  readonly mac: string;
  /** A libvirt network, or a bridge of the host. */
  readonly source: { readonly kind: 'network' | 'bridge'; readonly name: string };
  readonly address?: Address;
}

/** A kernel that is started without a boot loader. */
export interface DirectKernel {
  readonly kernel: string;
  readonly initrd: string;
  readonly cmdline: string;
}

/** A managed volume, as far as it takes to bring it back after a reboot and to remove it. */
export interface MarkedVolume {
  readonly driver: string;
  readonly name: string;
  /** Where it comes from, in the driver's own words; see `fs_type`. */
  readonly source: string;
  /** Its data goes with the workload. */
  readonly disposable: boolean;
}

/** What the agent writes beside the domain: with it a lost state is recovered. */
export interface DomainMark {
  readonly workload: string;
  readonly revision: string;
  readonly memo: string;
  /** Begun and not known to have ended. */
  readonly applying: boolean;
  readonly seedChecksum?: string;
  readonly seedBytes?: number;
  /** Reservations of addresses that are ours: `NETWORK MAC IP`. */
  readonly reserved: readonly string[];
  readonly volumes: readonly MarkedVolume[];
  /** The spec's `metadata`, for whoever looks at the domain. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A domain, as far as the agent has a say in it. */
export interface Domain {
  readonly name: string;
  readonly uuid?: string;
  readonly title: string;
  readonly type: 'kvm' | 'qemu';
  readonly arch: string;
  readonly machine: string;
  readonly memoryKib: number;
  /** What the guest has of it now. */
  readonly currentMemoryKib: number;
  readonly vcpus: number;
  /** So many can be plugged in without a restart. */
  readonly maxVcpus: number;
  readonly directKernel?: DirectKernel;
  readonly disks: readonly Disk[];
  readonly interfaces: readonly Interface[];
  /** As libvirt laid them out; kept for the addresses on them. */
  readonly controllers: readonly object[];
  readonly consoleLog: string;
  readonly mark?: DomainMark;
}
