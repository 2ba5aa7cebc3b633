import { readFileSync } from 'node:fs';
import type { Options } from 'tsup';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string };

/** Halves of libraries that the agent never reaches: what they would bring with them (SSH, BuildKit) stays out of the bundle. */
const NEVER_REACHED = /[\\/](docker-modem[\\/]lib[\\/]ssh|dockerode[\\/]lib[\\/](session|buildkit))\.js$/;

const leaveOut: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'leave-out',
  setup(build) {
    build.onLoad({ filter: NEVER_REACHED }, ({ path }) => ({
      contents: `module.exports = () => { throw new Error(${JSON.stringify(`${path.split(/[\\/]/).at(-1)} is left out of this build`)}); };`,
    }));
  },
};

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
  esbuildPlugins: [leaveOut],
  splitting: true,
  minify: true,
  sourcemap: false,
  clean: true,
  silent: true,
  define: { __AXION_VERSION__: JSON.stringify(process.env['AXION_BUILD_VERSION'] ?? version) },
  // CommonJS libraries ask for Node's own modules by `require`.
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
};
