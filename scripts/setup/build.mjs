// The apps as one file each, by turbo, which builds only what changed.
import { run } from './command.mjs';
import { root } from './paths.mjs';
import { step } from './progress.mjs';

/**
 * @param {import('./children.mjs').Children} children
 * @param {Record<string, string>} env from `provideEverything`
 */
export const buildApps = (children, env) =>
  step('Building the components, one file each', (detail) =>
    run(children, 'turbo', ['run', 'build', '--output-logs=errors-only'], { cwd: root, env: { ...env, TURBO_TELEMETRY_DISABLED: '1', FORCE_COLOR: '0' }, onLine: detail }),
  );
