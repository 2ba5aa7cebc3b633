/** A page of metrics, read as strictly as Prometheus and the OpenMetrics specification do. */
export interface ReadFamily {
  readonly name: string;
  readonly type: string;
  readonly samples: readonly { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;
const LABELS = /^(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"(?:,(?!$)|$))*$/;

const labelsOf = (text: string): Record<string, string> => {
  if (!LABELS.test(text)) throw new Error(`labels {${text}} are not well formed`);
  const pairs = [...text.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [name!, value!] as const);
  if (new Set(pairs.map(([name]) => name)).size !== pairs.length) throw new Error(`a label stands twice in {${text}}`);
  return Object.fromEntries(pairs);
};

const allowedNames = (family: string, type: string, openMetrics: boolean): readonly string[] => {
  if (type === 'counter' && openMetrics) return [`${family}_total`];
  return (SUFFIXES[type] ?? ['']).map((suffix) => `${family}${suffix}`);
};

const numberOf = (text: string): number => Number(text.replace('Inf', 'Infinity'));

const checkHistogram = ({ name, samples }: ReadFamily): void => {
  const groups = Map.groupBy(samples, ({ labels: { le: _le, ...rest } }) => JSON.stringify(rest));
  for (const group of groups.values()) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => numberOf(labels['le'] ?? 'NaN'));
    const counts = buckets.map(({ value }) => value);
    const total = group.find((sample) => sample.name === `${name}_count`)?.value;
    if (bounds.some((bound, index) => !(index === 0 || bound > bounds[index - 1]!))) throw new Error(`${name}: the bounds of its buckets do not grow`);
    if (counts.some((count, index) => index > 0 && count < counts[index - 1]!)) throw new Error(`${name}: its buckets are not cumulative`);
    if (bounds.at(-1) !== Infinity || counts.at(-1) !== total) throw new Error(`${name}: its last bucket is not everything`);
  }
};

/** @throws {Error} saying what no scraper would take */
export const readExposition = (page: string, openMetrics: boolean): ReadFamily[] => {
  if (!page.endsWith('\n')) throw new Error('the last line is not ended');
  const lines = page.slice(0, -1).split('\n');
  if (openMetrics && lines.pop() !== '# EOF') throw new Error('OpenMetrics ends with # EOF');
  const families: { name: string; type: string; samples: ReadFamily['samples'][number][] }[] = [];
  const names = new Set<string>();
  const series = new Set<string>();
  let helped = '';
  for (const line of lines) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') {
      helped = name;
    } else if (keyword === 'TYPE') {
      if (names.has(name)) throw new Error(`${name} is declared twice`);
      if (helped !== name) throw new Error(`${name} has no help`);
      names.add(name);
      families.push({ name, type: rest, samples: [] });
    } else {
      const family = families.at(-1);
      const [, sample = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
      if (family === undefined || !allowedNames(family.name, family.type, openMetrics).includes(sample)) throw new Error(`"${line}" does not belong to ${family?.name}`);
      const read = labelsOf(labels);
      const identity = JSON.stringify([sample, Object.entries(read).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
      if (series.has(identity)) throw new Error(`${identity} stands twice`);
      series.add(identity);
      family.samples.push({ name: sample, labels: read, value: numberOf(value) });
    }
  }
  for (const family of families) if (family.type === 'histogram') checkHistogram(family);
  return families;
};
