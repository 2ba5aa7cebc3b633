import type { Labels } from '@axion/compose';

/** The body of the engine's `POST /containers/create`, as far as it is used. Names are the API's. */
export interface ContainerSpec {
  readonly Image: string;
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly Labels: Labels;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly HostConfig: {
    readonly Mounts?: readonly ContainerMount[];
    readonly PortBindings?: Readonly<Record<string, readonly { readonly HostIp?: string; readonly HostPort: string }[]>>;
    readonly CpuShares?: number;
    readonly Memory?: number;
    /** Memory and swap together; -1: as much swap as the host has. */
    readonly MemorySwap?: number;
    readonly RestartPolicy?: { readonly Name: string; readonly MaximumRetryCount?: number };
  };
}

export interface ContainerMount {
  readonly Type: 'bind' | 'volume';
  readonly Source: string;
  readonly Target: string;
  readonly ReadOnly?: boolean;
  readonly BindOptions?: { readonly CreateMountpoint?: boolean };
}
