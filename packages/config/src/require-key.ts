import { configError } from './problem.ts';
import { type Config, type KeyPath, KEYS } from './schema.ts';

type ValueOf<P extends KeyPath> = P extends `${infer S}.${infer K}` ? (S extends keyof Config ? (K extends keyof Config[S] ? Config[S][K] : never) : never) : never;

/**
 * The value of a key that one component cannot do without, e.g. `agent.token` for the control link.
 *
 * @throws {AxionError} `INVALID_ARGUMENT` with reason `CONFIG` when the key is empty, with how to set it
 */
export const requireKey = <P extends KeyPath>(config: Config, path: P): NonNullable<ValueOf<P>> => {
  const placed = KEYS.find((key) => key.path === path)!;
  const value = (config[placed.section] as Readonly<Record<string, unknown>>)[placed.name];
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) {
    throw configError([`${path} is not set: put ${placed.name} into [${placed.section}] of the configuration file or set ${placed.variable}`]);
  }
  return value as NonNullable<ValueOf<P>>;
};
