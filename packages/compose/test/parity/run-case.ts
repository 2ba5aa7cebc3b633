import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ComposeError, convertStack, loadStack, type Warning } from '../../src/index.ts';
import { FakeSwarm, type FakeWrite } from './fake-swarm.ts';
import { PARITY_ROOT, type Golden, type ParityCase, type ParityTools, type Write } from './parity-set.ts';

const HOME = '/parity-home';

export interface Verdict {
  readonly id: string;
  /** `engine`: the refusal is the engine's, so only the calls up to it can be compared here. */
  readonly group: 'accepted' | 'refused' | 'engine';
  readonly equal: boolean;
  readonly warningsEqual: boolean;
  readonly why: string;
  /** CPU time of reading and converting, in milliseconds. */
  readonly cpuMs: number;
}

interface Outcome {
  readonly writes: readonly FakeWrite[];
  readonly warnings: readonly Warning[];
  readonly refusal?: ComposeError;
  readonly cpuMs: number;
}

/** One case through the converter, compared with what Docker's client did. */
export const runCase = (parityCase: ParityCase, golden: Golden, tools: ParityTools): Verdict => {
  const outcome = deploy(parityCase);
  const { id } = parityCase;
  const { cpuMs } = outcome;
  const engine = !golden.accepted && (golden.classes ?? []).every((name) => name.startsWith('engine'));
  if (!golden.accepted && !engine) {
    const found = outcome.refusal === undefined ? 'accepted' : tools.classify(outcome.refusal.message).class;
    const why = `golden ${golden.classes?.join(', ')}, here ${found}: ${outcome.refusal?.message ?? ''}`;
    return { id, group: 'refused', equal: golden.classes?.includes(found) === true, warningsEqual: true, why, cpuMs };
  }
  const group = engine ? 'engine' : 'accepted';
  if (outcome.refusal !== undefined) return { id, group, equal: false, warningsEqual: false, why: `refused: ${outcome.refusal.message}`, cpuMs };
  const difference = firstDifference(golden.wire?.writes ?? [], normalise(outcome.writes, parityCase, tools), engine);
  return { id, group, equal: difference === undefined, warningsEqual: engine || sameWarnings(golden, outcome.warnings), why: difference ?? '', cpuMs };
};

const deploy = (parityCase: ParityCase): Outcome => {
  const workingDir = join(PARITY_ROOT, parityCase.dir);
  const environment = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME, PWD: workingDir, DOCKER_CONFIG: `${HOME}/.docker`, ...parityCase.env };
  const steps = (parityCase.steps ?? [{ files: parityCase.files }]).map(({ files }) => files.map((name) => ({ name, text: readFileSync(join(workingDir, name), 'utf8') })));
  const swarm = new FakeSwarm(parityCase);
  const warnings: Warning[] = [];
  const started = process.cpuUsage();
  const spent = (): number => {
    const { user, system } = process.cpuUsage(started);
    return (user + system) / 1_000;
  };
  try {
    for (const files of steps) {
      const loaded = loadStack({ files, workingDir, environment, readFile: readFileSync });
      warnings.push(...loaded.warnings);
      swarm.deploy(convertStack(loaded.model, { namespace: parityCase.stack, readFile: readFileSync, existingNetworks: swarm.networks }));
    }
  } catch (cause) {
    if (!(cause instanceof ComposeError)) throw cause;
    return { writes: swarm.writes, warnings, refusal: cause, cpuMs: spent() };
  }
  return { writes: swarm.writes, warnings, cpuMs: spent() };
};

interface NamedBody {
  readonly kind: string;
  readonly name: string;
  readonly body: Record<string, unknown>;
}

const normalise = (writes: readonly FakeWrite[], { dir }: ParityCase, tools: ParityTools): readonly NamedBody[] => {
  const workingDir = join(PARITY_ROOT, dir);
  const here = (text: string): string => text.replaceAll(workingDir, '<WD>').replaceAll(dirname(workingDir), '<PARENT>').replaceAll(HOME, '<HOME>');
  return writes.map(({ kind, name, body }) => {
    const hashed = 'Data' in body && typeof body.Data === 'string' ? { ...body, Data: digest(body.Data) } : body;
    return { kind, name, body: tools.mapStrings(kind === 'services' ? tools.normService(hashed, {}) : tools.sortKeys(hashed), here) };
  });
};

const digest = (base64: string): object => {
  const raw = Buffer.from(base64, 'base64');
  return { bytes: raw.length, sha256: `sha256:${createHash('sha256').update(raw).digest('hex')}` };
};

/** Calls are compared by kind and name, repeated ones in their order; with `partial` the golden may lack some of ours. */
const firstDifference = (golden: readonly Write[], ours: readonly NamedBody[], partial: boolean): string | undefined => {
  const group = (writes: readonly NamedBody[]): Map<string, NamedBody[]> => Map.groupBy(writes, ({ kind, name }) => `${kind} ${name}`);
  const expected = group(golden.flatMap(({ path, body }) => (body === undefined ? [] : [{ kind: path.split('/')[1] ?? '', name: String(body.Name), body }])));
  const found = group(ours);
  for (const [key, bodies] of expected) {
    const mine = found.get(key) ?? [];
    if (mine.length < bodies.length || (!partial && mine.length > bodies.length)) return `${key}: ${bodies.length} writes expected, ${mine.length} made`;
    const at = bodies.findIndex(({ body }, index) => !isDeepStrictEqual(body, mine[index]?.body));
    if (at >= 0) return `${key}: ${describe(bodies[at]?.body, mine[at]?.body)}`;
  }
  const extra = partial ? undefined : [...found.keys()].find((key) => !expected.has(key));
  return extra === undefined ? undefined : `${extra}: not expected`;
};

/** The first place in which two values differ. */
const describe = (expected: unknown, found: unknown, path = ''): string => {
  if (isObject(expected) && isObject(found)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
      if (!isDeepStrictEqual(expected[key], found[key])) return describe(expected[key], found[key], `${path}.${key}`);
    }
  }
  return `${path}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`;
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const sameWarnings = ({ warnings = {} }: Golden, ours: readonly Warning[]): boolean => {
  const keys = (kind: Warning['kind']): readonly string[] => ours.find((warning) => warning.kind === kind)?.keys ?? [];
  const texts = new Set(ours.filter(({ kind }) => kind === 'other').map(({ text }) => text));
  const expected = new Set((warnings.other ?? []).map((line) => /msg="(.*)"$/.exec(line)?.[1]?.replaceAll('\\"', '"') ?? line));
  return isDeepStrictEqual(warnings.unsupported ?? [], keys('unsupported')) && isDeepStrictEqual(warnings.deprecated ?? [], keys('deprecated')) && isDeepStrictEqual(expected, texts);
};
