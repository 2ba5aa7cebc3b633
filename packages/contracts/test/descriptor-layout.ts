/** The parts of a FileDescriptorSet, as `buf build -o -#format=json` prints it, that decide what goes over the wire. */
export interface DescriptorSet {
  readonly file: readonly FileDescriptor[];
}

interface FileDescriptor {
  readonly package: string;
  readonly messageType?: readonly MessageDescriptor[];
  readonly enumType?: readonly { readonly name: string; readonly value: readonly { readonly name: string; readonly number: number }[] }[];
  readonly service?: readonly { readonly name: string; readonly method: readonly MethodDescriptor[] }[];
}

interface MessageDescriptor {
  readonly name: string;
  readonly field?: readonly FieldDescriptor[];
  readonly oneofDecl?: readonly { readonly name: string }[];
  readonly nestedType?: readonly (MessageDescriptor & { readonly options?: { readonly mapEntry?: boolean } })[];
}

interface FieldDescriptor {
  readonly name: string;
  readonly number: number;
  readonly label: string;
  readonly type: string;
  readonly typeName?: string;
  readonly oneofIndex?: number;
  readonly proto3Optional?: boolean;
}

interface MethodDescriptor {
  readonly name: string;
  readonly inputType: string;
  readonly outputType: string;
  readonly clientStreaming?: boolean;
  readonly serverStreaming?: boolean;
}

/** Numbers from here on are free for fields of the project's own. */
const FIRST_OWN_FIELD = 100;

const shortName = (name: string, pkg: string): string => name.replace(/^\./, '').replace(new RegExp(`^${pkg}\\.(?=\\w+$)`), '');

const fieldType = (field: FieldDescriptor, message: MessageDescriptor, pkg: string): string => {
  const scalar = (f: FieldDescriptor): string =>
    f.typeName === undefined ? f.type.replace('TYPE_', '').toLowerCase() : shortName(f.typeName, pkg);
  const entry = message.nestedType?.find((nested) => nested.options?.mapEntry === true && field.typeName?.endsWith(`.${nested.name}`) === true);
  if (entry?.field !== undefined) return `map<${entry.field.map(scalar).join(',')}>`;
  if (field.label === 'LABEL_REPEATED') return `repeated ${scalar(field)}`;
  return field.proto3Optional === true ? `optional ${scalar(field)}` : scalar(field);
};

const messageLine = (message: MessageDescriptor, pkg: string): string => {
  const fields = (message.field ?? [])
    .filter((field) => field.number < FIRST_OWN_FIELD)
    .map((field) => {
      const oneof = field.proto3Optional === true || field.oneofIndex === undefined ? undefined : message.oneofDecl?.[field.oneofIndex]?.name;
      return ` | ${field.number} ${oneof === undefined ? '' : `${oneof}.`}${field.name} ${fieldType(field, message, pkg)}`;
    });
  return `message ${message.name}${fields.join('')}`;
};

const side = (streams: boolean | undefined, type: string, pkg: string): string => `${streams === true ? 'stream ' : ''}${shortName(type, pkg)}`;

/** One line for each enum, message and service, in the notation of wire-layout.txt, by `package kind name`. */
export const layoutOf = (set: DescriptorSet): ReadonlyMap<string, string> => {
  const lines = new Map<string, string>();
  for (const file of set.file) {
    const add = (kind: string, name: string, line: string): void => void lines.set(`${file.package} ${kind} ${name}`, line);
    for (const message of file.messageType ?? []) add('message', message.name, messageLine(message, file.package));
    for (const { name, value } of file.enumType ?? []) {
      add('enum', name, `enum ${name}${value.map((v) => ` | ${v.name}:${v.number}`).join('')}`);
    }
    for (const { name, method } of file.service ?? []) {
      const calls = method.map(
        (m) => ` | ${m.name} ${side(m.clientStreaming, m.inputType, file.package)} -> ${side(m.serverStreaming, m.outputType, file.package)}`,
      );
      add('service', name, `service ${name}${calls.join('')}`);
    }
  }
  return lines;
};
