// `npm run dev -- COMPONENT`: a private bus and that component from source, started again on every change.
import { handOver } from './setup/hand-over.mjs';
import { withChildren } from './setup/main.mjs';
import { provide } from './setup/provide.mjs';

const args = process.argv.slice(2);
const needs = { kafka: args.includes('command-worker'), docker: args.some((name) => name.endsWith('-executor')) };
const env = await withChildren((children) => provide(children, needs));
if (env !== undefined) await handOver('scripts/dev/main.ts', args, env);
