// `npm run dev -- COMPONENT`: a private bus and that component from source, started again on every change.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments, refuse } from './setup/arguments.mjs';
import { handOver } from './setup/hand-over.mjs';
import { withChildren } from './setup/main.mjs';
import { root } from './setup/paths.mjs';
import { provide } from './setup/provide.mjs';

/** What runs beside a component or by hand is none by itself. */
const components = readdirSync(join(root, 'apps')).filter((name) => !['bus-server', 'cli', 'control-plane'].includes(name) && existsSync(join(root, 'apps', name, 'src/main.ts')));
const usage = `usage: npm run dev -- COMPONENT
  one of ${components.join(', ')}; Ctrl-C ends it`;
const { positionals } = readArguments(usage, { allowPositionals: true, options: {} });
const [component = ''] = positionals;
if (positionals.length !== 1) refuse(component === '' ? 'which component?' : 'one component at a time', usage);
if (!components.includes(component)) refuse(`"${component}" is no component`, usage);

const needs = { kafka: component === 'command-worker', docker: component.endsWith('-executor') };
const env = await withChildren((children) => provide(children, needs));
if (env !== undefined) await handOver('scripts/dev/main.ts', [component], env);
