// Writes packages/contracts/src/gen from proto/ with the pinned buf and ts-proto. The output is committed, so that nobody
// needs the generator to read, run or build the project; a test regenerates it and compares.
//
//   node scripts/generate-proto.mjs [--out DIR]
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = resolve(import.meta.dirname, '..');
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'packages/contracts/src/gen') } } });
const out = resolve(values.out);

const binaries = join(root, 'node_modules/.bin');
/** @param {string[]} args */
const buf = (...args) => {
  // The plugin is a Node script; it has to run under this Node, whichever one the machine has.
  const path = [binaries, resolve(process.execPath, '..'), process.env.PATH].join(delimiter);
  const { status, error } = spawnSync(join(binaries, 'buf'), args, {
    cwd: join(root, 'proto'),
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') {
    console.error('buf is not installed: run `npm run setup` first');
    process.exit(1);
  }
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(1);
};

/**
 * The serialised files of a FileDescriptorSet: field 1, repeated, each with its length before it.
 *
 * @param {Buffer} bytes
 */
const descriptorFiles = (bytes) => {
  const files = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] !== 0x0a) throw new Error(`the descriptor set has an unknown field at byte ${at}`);
    let length = 0;
    let shift = 0;
    for (at += 1; ; at += 1, shift += 7) {
      const byte = bytes[at] ?? 0;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    files.push(bytes.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  return files;
};

/**
 * Full names that a file defines.
 *
 * @param {any} file
 */
const symbolsOf = (file) => {
  /** @param {any} message @param {string} prefix @returns {string[]} */
  const ofMessage = (message, prefix) => {
    const name = `${prefix}.${message.name}`;
    return [name, ...(message.enumType ?? []).map((/** @type {any} */ e) => `${name}.${e.name}`), ...(message.nestedType ?? []).flatMap((/** @type {any} */ m) => ofMessage(m, name))];
  };
  const services = (file.service ?? []).flatMap((/** @type {any} */ s) => [`${file.package}.${s.name}`, ...s.method.map((/** @type {any} */ m) => `${file.package}.${s.name}.${m.name}`)]);
  return [...services, ...(file.enumType ?? []).map((/** @type {any} */ e) => `${file.package}.${e.name}`), ...(file.messageType ?? []).flatMap((/** @type {any} */ m) => ofMessage(m, file.package))];
};

/** The files themselves as data, for servers that describe themselves (gRPC reflection). */
const writeDescriptors = () => {
  const [binary, json] = [join(out, 'files.binpb'), join(out, 'files.json')];
  for (const path of [binary, json]) buf('build', '--as-file-descriptor-set', '--exclude-source-info', '--output', path);
  const bytes = descriptorFiles(readFileSync(binary));
  /** @type {{ file: any[] }} */
  const { file: files } = JSON.parse(readFileSync(json, 'utf8'));
  const rows = files.map((file, index) =>
    JSON.stringify({ name: file.name, imports: file.dependency ?? [], symbols: symbolsOf(file), descriptor: bytes[index]?.toString('base64') }),
  );
  writeFileSync(
    join(out, 'proto_files.ts'),
    `// Written by scripts/generate-proto.mjs.\n\n/** Every proto file: what it imports, the full names it defines, and its serialised FileDescriptorProto in base64. */\nexport const PROTO_FILES = [\n${rows.map((row) => `  ${row},\n`).join('')}];\n`,
  );
  for (const path of [binary, json]) rmSync(path);
};

buf('lint');
rmSync(out, { recursive: true, force: true });
buf('generate', '--output', out);
writeDescriptors();
