import { parse } from 'yaml';
import type { PortMapping } from '../../workload/spec.ts';

/** What is known of a service when its containers are looked at. No value of its environment is kept. */
export interface ServiceFacts {
  readonly name: string;
  /** `no`, `always`, `on-failure`, `unless-stopped`; empty: the file says nothing. */
  readonly restart: string;
  /** Containers it has at least. 0: none is expected (a profile that is off, or scaled to nothing). */
  readonly expected: 0 | 1;
}

/** A Compose file as Compose resolved it, as far as it matters here. */
export interface ResolvedProject {
  /** `version` of the file: Compose v1 wants the same one in every file beside it. */
  readonly version: string | undefined;
  readonly services: readonly ServiceFacts[];
  /** Images to be fetched: those that no service builds. */
  readonly images: readonly string[];
  readonly ports: readonly PortMapping[];
}

interface ServiceAnswer {
  readonly image?: string;
  readonly build?: unknown;
  readonly pull_policy?: string;
  readonly restart?: string;
  readonly profiles?: readonly string[];
  readonly scale?: number;
  readonly deploy?: { readonly replicas?: number; readonly restart_policy?: { readonly condition?: string } };
  readonly ports?: readonly (string | number | { readonly published?: string | number; readonly target: number; readonly protocol?: string; readonly host_ip?: string })[];
}

const CONDITIONS: Readonly<Record<string, string>> = { none: 'no', 'on-failure': 'on-failure', any: 'always' };

const restartOf = ({ restart, deploy }: ServiceAnswer): string => restart?.replace(/:\d+$/, '') ?? CONDITIONS[deploy?.restart_policy?.condition ?? ''] ?? '';

/** `[ip:]published:target[/protocol]`, as version 1 prints it; ranges stand there already taken apart. */
const portOf = (port: NonNullable<ServiceAnswer['ports']>[number]): PortMapping | undefined => {
  if (typeof port === 'object') return { hostPort: Number(port.published ?? 0), containerPort: port.target, protocol: port.protocol ?? 'tcp' };
  const [, published, target, protocol] = /(?:^|:)(\d+):(\d+)(?:\/(\w+))?$/.exec(String(port)) ?? [];
  return published === undefined ? undefined : { hostPort: Number(published), containerPort: Number(target), protocol: protocol ?? 'tcp' };
};

/**
 * Reads what `compose config` prints (versions 1 and 2 differ in form). Pure.
 *
 * @param profiles those that are on; version 1 prints services of others too
 */
export const resolvedProject = (printed: string, profiles: readonly string[]): ResolvedProject => {
  const file = parse(printed) as { readonly version?: string; readonly services?: Readonly<Record<string, ServiceAnswer>> };
  const all = Object.entries(file.services ?? {});
  const isOn = ({ profiles: own = [] }: ServiceAnswer): boolean => own.length === 0 || own.some((profile) => profiles.includes(profile));
  const on = all.filter(([, service]) => isOn(service));
  return {
    version: file.version,
    services: all.map(([name, service]) => ({
      name,
      restart: restartOf(service),
      expected: isOn(service) && (service.scale ?? service.deploy?.replicas ?? 1) > 0 ? 1 : 0,
    })),
    images: [...new Set(on.flatMap(([, { image, build, pull_policy }]) => (image === undefined || build !== undefined || pull_policy === 'never' ? [] : [image])))],
    ports: on.flatMap(([, { ports = [] }]) => ports.map(portOf).filter((port) => port !== undefined)),
  };
};
