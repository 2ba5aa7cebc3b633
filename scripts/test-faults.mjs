// `npm run test:faults`: commands over a real broker while every part is killed; see scripts/faults/.
import { handOver } from './setup/hand-over.mjs';
import { withChildren } from './setup/main.mjs';
import { provideEverything } from './setup/provide.mjs';

const env = await withChildren((children) => provideEverything(children));
if (env !== undefined) await handOver('scripts/faults/main.ts', process.argv.slice(2), env);
