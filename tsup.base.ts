import { readFileSync } from 'node:fs';
import type { Options } from 'tsup';
import { builtinsOnDemand } from './scripts/bundle/builtins-on-demand.ts';
import { leftOut } from './scripts/bundle/left-out.ts';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string };

/**
 * How every app is built: `dist/main.js` with every dependency inside, as a release is copied, not installed. What is
 * imported on demand alone (text logs, traces) stays in a file of its own beside it, read when it is needed.
 */
export const appBuild: Options = {
  entry: ['src/main.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node24',
  noExternal: [/.*/],
  esbuildPlugins: [leftOut, builtinsOnDemand],
  // One letter outside of ASCII, and V8 keeps the whole file with two bytes a letter.
  esbuildOptions: (options) => void (options.charset = 'ascii'),
  splitting: true,
  // Else it takes `node:` off before the plugins see it.
  removeNodeProtocol: false,
  minify: true,
  sourcemap: false,
  clean: true,
  silent: true,
  define: { __AXION_VERSION__: JSON.stringify(process.env['AXION_BUILD_VERSION'] ?? version) },
  // CommonJS libraries ask for Node's own modules by `require`.
  banner: { js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);" },
};
