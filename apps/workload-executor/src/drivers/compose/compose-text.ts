import { AxionError } from '@axion/core';
import { parseDocument } from 'yaml';
import type { ComposeSpec } from '../../workload/spec.ts';

const MAX_BYTES = 1024 * 1024;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
/** They steer the command itself: where it connects, what it loads. `COMPOSE_PROFILES` is a choice within the file; `COMPOSE_PROJECT_NAME`, which clients set to the id, says what the command line says. */
const RESERVED = /^(?:PATH|HOME|LD_.*|DOCKER_.*|PYTHON.*|AXION_.*|COMPOSE_(?!PROFILES$|PROJECT_NAME$).*)$/;

const refuse = (field: string, what: string): never => {
  throw new AxionError('INVALID_ARGUMENT', `spec.compose.${field} ${what}`, { reason: 'INVALID_SPEC', details: { field: `spec.compose.${field}` } });
};

/** The file as text: given inline, or as base64, which can be told apart because a mapping has a colon. */
export const composeText = ({ composeYaml }: Pick<ComposeSpec, 'composeYaml'>): string => {
  const dense = composeYaml.replaceAll(/\s/g, '');
  if (dense === '') refuse('compose_yaml', 'is empty');
  if (composeYaml.length > 2 * MAX_BYTES) refuse('compose_yaml', `is longer than ${MAX_BYTES} bytes`);
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(dense)) return composeYaml;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(dense, 'base64'));
  } catch {
    return refuse('compose_yaml', 'is neither YAML nor base64 of YAML in UTF-8');
  }
};

type Mapping = Readonly<Record<string, unknown>>;
const isMapping = (value: unknown): value is Mapping => typeof value === 'object' && value !== null && !Array.isArray(value);

const parsed = (text: string): unknown => {
  const document = parseDocument(text, { merge: true, uniqueKeys: true });
  const [problem] = document.errors;
  // The words of the error end where it begins to show the file.
  if (problem !== undefined) refuse('compose_yaml', `is not valid YAML: ${problem.message.split('\n')[0] ?? ''}`);
  try {
    return document.toJS({ maxAliasCount: 1000 });
  } catch {
    return refuse('compose_yaml', 'has too many aliases');
  }
};

/** What every version of Compose would refuse, and what would steer it elsewhere. Compose itself has the last word, in `prepare`. */
export const validateCompose = (spec: ComposeSpec): void => {
  const text = composeText(spec);
  if (Buffer.byteLength(text) > MAX_BYTES) refuse('compose_yaml', `is longer than ${MAX_BYTES} bytes`);
  const file = parsed(text);
  if (!isMapping(file)) refuse('compose_yaml', 'is no mapping');
  else if (!isMapping(file['services']) || Object.keys(file['services']).length === 0) refuse('compose_yaml', 'has no services');
  for (const [name, value] of Object.entries(spec.env)) {
    if (!VARIABLE.test(name)) refuse('env', `has the name ${JSON.stringify(name.slice(0, 60))}, which no variable can have`);
    if (RESERVED.test(name)) refuse('env', `has ${name}, which steers Compose itself and is the agent's to set`);
    if (value.includes('\0')) refuse('env', `has a value for ${name} with a zero byte`);
  }
};

/** Every value that may be a secret: those of `env`, and what the file puts into environments. */
export const secretsOf = (spec: ComposeSpec): readonly string[] => {
  const file = parsed(composeText(spec));
  const services = isMapping(file) && isMapping(file['services']) ? Object.values(file['services']) : [];
  const inFile = services.flatMap((service) => {
    const environment = isMapping(service) ? service['environment'] : undefined;
    if (Array.isArray(environment)) return environment.map((entry) => String(entry).replace(/^[^=]*=?/, ''));
    return isMapping(environment) ? Object.values(environment).map(String) : [];
  });
  return [...Object.values(spec.env), ...inFile];
};
