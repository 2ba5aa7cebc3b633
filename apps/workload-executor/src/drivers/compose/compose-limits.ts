import { parse } from 'yaml';
import type { ComposeSpec } from '../../workload/spec.ts';
import { composeText } from './compose-text.ts';

/** What a Compose application was promised: thousandths of a processor, and bytes. */
export interface ComposeLimits {
  readonly cpuMillicores: number;
  readonly memory: number;
}

interface LimitedService {
  readonly cpus?: unknown;
  readonly mem_limit?: unknown;
  readonly scale?: unknown;
  readonly deploy?: { readonly replicas?: unknown; readonly resources?: { readonly limits?: { readonly cpus?: unknown; readonly memory?: unknown } } } | null;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

const bytesOf = (written: unknown): number => {
  if (typeof written === 'number') return written;
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*([bkmg]?)b?$/i.exec(typeof written === 'string' ? written : '') ?? [];
  return amount === undefined ? 0 : Number(amount) * (UNITS[unit.toLowerCase()] ?? 0);
};

const numberOf = (written: unknown, otherwise: number): number => {
  const value = Number(written ?? otherwise);
  return Number.isFinite(value) && value >= 0 ? value : otherwise;
};

const NOTHING: ComposeLimits = { cpuMillicores: 0, memory: 0 };

/** The limits that a file writes down, each as often as its service has replicas. What only a variable tells counts as nothing. Pure. */
export const composeLimits = (spec: Pick<ComposeSpec, 'composeYaml'>): ComposeLimits => {
  let services: Readonly<Record<string, LimitedService | null>>;
  try {
    services = (parse(composeText(spec), { merge: true, maxAliasCount: 1000 }) as { readonly services?: Readonly<Record<string, LimitedService | null>> } | null)?.services ?? {};
  } catch {
    return NOTHING;
  }
  return Object.values(services).reduce<ComposeLimits>((sum, service) => {
    const limits = service?.deploy?.resources?.limits;
    const replicas = numberOf(service?.deploy?.replicas ?? service?.scale, 1);
    return {
      cpuMillicores: sum.cpuMillicores + replicas * Math.round(1000 * numberOf(limits?.cpus ?? service?.cpus, 0)),
      memory: sum.memory + replicas * bytesOf(limits?.memory ?? service?.mem_limit),
    };
  }, NOTHING);
};
