import type { PortModel } from '../model.ts';
import { present } from '../present.ts';
import type { EndpointSpec, PortConfig } from '../spec/service-spec.ts';
import { goSort } from './go-sort.ts';

/** How a service is reached. Ports are in order of what they publish. */
export const convertEndpoint = (mode: string | undefined, ports: readonly PortModel[]): EndpointSpec => {
  const sorted = goSort(ports, (a, b) => (a.published ?? 0) < (b.published ?? 0));
  return present({ Mode: mode?.toLowerCase(), Ports: sorted.length === 0 ? undefined : sorted.map(portConfig) });
};

const portConfig = ({ protocol, target, published, mode }: PortModel): PortConfig =>
  present({ Protocol: protocol, TargetPort: target || undefined, PublishedPort: published || undefined, PublishMode: mode });
