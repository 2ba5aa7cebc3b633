/** Conditions of a list call, as the engine takes them: all keys must hold, any value of a key will do. */
export type Filters = Readonly<Record<string, readonly string[]>>;

/** The query of a list call. */
export const filterQuery = (filters: Filters | undefined): Readonly<Record<string, unknown>> =>
  filters === undefined || Object.keys(filters).length === 0 ? {} : { filters: JSON.stringify(filters) };
