/** A small part of JSON Schema draft 4: as much as the stack file format needs. */
export type TypeName = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'null';

export interface Schema {
  readonly types?: readonly TypeName[];
  readonly properties?: Properties;
  /** Keys that match take this schema; `any` key when the pattern is left out. */
  readonly pattern?: { readonly keys: RegExp; readonly schema: Schema };
  /** Whether keys that neither `properties` nor `pattern` know are refused. */
  readonly closed?: boolean;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly unique?: boolean;
  readonly format?: 'ports' | 'duration';
  readonly oneOf?: readonly Schema[];
  readonly values?: readonly string[];
  readonly minimum?: number;
}

export type Properties = Readonly<Record<string, Schema>>;

export const anything: Schema = {};
export const text: Schema = { types: ['string'] };
export const integer: Schema = { types: ['integer'] };
export const number: Schema = { types: ['number'] };
export const flag: Schema = { types: ['boolean'] };
export const duration: Schema = { types: ['string'], format: 'duration' };
export const textOrNumber: Schema = { types: ['string', 'number'] };

/** A mapping that knows exactly these keys. */
export const closed = (properties: Properties, more: Omit<Schema, 'properties' | 'closed'> = {}): Schema => ({ types: ['object'], properties, closed: true, ...more });
/** A mapping that checks these keys and takes any other. */
export const open = (properties: Properties): Schema => ({ types: ['object'], properties });
/** A mapping from any name to one kind of value. */
export const mapOf = (schema: Schema): Schema => ({ types: ['object'], pattern: { keys: /^.+$/, schema } });
/** A mapping from a name that may be part of an object's name to one kind of value. */
export const named = (schema: Schema): Schema => ({ types: ['object'], pattern: { keys: /^[a-zA-Z0-9._-]+$/, schema }, closed: true });
export const listOf = (items: Schema): Schema => ({ types: ['array'], items });
export const setOf = (items: Schema): Schema => ({ types: ['array'], items, unique: true });
export const oneOf = (...schemas: readonly Schema[]): Schema => ({ oneOf: schemas });

export const textSet = setOf(text);
export const textOrSet = oneOf(text, textSet);
export const textOrList = oneOf(text, listOf(text));
export const listOrMap = oneOf({ types: ['object'], pattern: { keys: /.+/, schema: { types: ['string', 'number', 'null'] } }, closed: true }, textSet);

/** `x-…` keys with anything in them. */
export const extensions = { keys: /^x-/, schema: anything } as const;

/** Keys that the format has from one 3.x version on. */
export const since = (minor: number, from: number, properties: Properties): Properties => (minor >= from ? properties : {});
