import type { MetricFamily, Series } from './metric-family.ts';

/** One process's families. */
export interface ComponentFamilies {
  readonly component: string;
  readonly instance: string;
  readonly families: readonly MetricFamily[];
}

/** Names that belong to node_exporter and cAdvisor: their dashboards and alerts know no `component`, so it is not added. */
const IS_HOST_SERIES = /^(node|container|machine)_/;

const DEFAULT_INSTANCE = '1';

/** A series' own labels stay as they are; of several instances all but the first are told apart. `instance` itself is Prometheus' own. */
const withOrigin = (series: Series, { component, instance }: ComponentFamilies): Series => {
  const own = new Set(series.labels.map(([name]) => name));
  const origin: (readonly [string, string])[] = [];
  if (!own.has('component')) origin.push(['component', component]);
  if (instance !== DEFAULT_INSTANCE && !own.has('component_instance')) origin.push(['component_instance', instance]);
  return { ...series, labels: [...series.labels, ...origin] };
};

const identity = ({ name, labels }: Series): string => JSON.stringify([name, labels.toSorted(([a], [b]) => (a < b ? -1 : 1))]);

/**
 * All processes' families as one page: a name appears once, with the first process's help and type. A family whose type
 * contradicts the first one's is left out, and so is a series that is there already: Prometheus refuses pages with either.
 */
export const mergeFamilies = (processes: readonly ComponentFamilies[]): MetricFamily[] => {
  const merged = new Map<string, { first: MetricFamily; series: Map<string, Series> }>();
  for (const process of processes) {
    for (const family of process.families) {
      let entry = merged.get(family.name);
      if (entry === undefined) merged.set(family.name, (entry = { first: family, series: new Map() }));
      if (entry.first.type !== family.type) continue;
      for (const found of family.series) {
        const series = IS_HOST_SERIES.test(family.name) ? found : withOrigin(found, process);
        const key = identity(series);
        if (!entry.series.has(key)) entry.series.set(key, series);
      }
    }
  }
  return [...merged.values()].map(({ first, series }) => ({ ...first, series: [...series.values()] }));
};
