import { builtinModules } from 'node:module';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

const NAMESPACE = 'builtin';
const FILLER = 'axion:fill';

/**
 * Makes the exports of a module that is loaded when one of its names is read. They are empty and inherit the names: what is
 * set stays on the object it was set on, as with a plain property, and an importer's copy of the exports copies nothing.
 * A getter for each name, and again in each importer's copy, was half a megabyte of closures in a process.
 */
const fill = `module.exports = (names, load) => {
  const known = new Set(names.split(' '));
  let loaded;
  return Object.create(new Proxy({}, {
    has: (own, name) => known.has(name) || name in own,
    get: (own, name) => known.has(name) ? (loaded ??= load())[name] : own[name],
  }));
};`;

/** A module that is nothing but a bag of exports; others (`stream`, `process`) are functions or instances themselves. */
const isBag = (exports: object): boolean => typeof exports === 'object' && Object.getPrototypeOf(exports) === Object.prototype;

const stub = (name: string): string => {
  const exports: object = process.getBuiltinModule(`node:${name}`)!;
  const load = `process.getBuiltinModule(${JSON.stringify(`node:${name}`)})`;
  if (!isBag(exports)) return `module.exports = ${load};`;
  return `module.exports = require(${JSON.stringify(FILLER)})(${JSON.stringify(Object.getOwnPropertyNames(exports).join(' '))}, () => ${load});`;
};

/**
 * Node's own modules in a bundle, each loaded at the first use of something of it.
 *
 * An `import` of one costs more than the module: Node reads every export to make a module namespace, and some are getters
 * that load more (`node:http` brings a whole fetch client). A library that can speak TLS loads TLS, spoken or not.
 */
export const builtinsOnDemand: Plugin = {
  name: 'builtins-on-demand',
  setup(build) {
    const known = new Set(builtinModules.map((name) => name.replace(/^node:/, '')));
    build.onResolve({ filter: /^(node:)?[a-z_/0-9]+$/ }, ({ path }) => {
      const name = path.replace(/^node:/, '');
      return known.has(name) ? { path: name, namespace: NAMESPACE, sideEffects: false } : undefined;
    });
    build.onResolve({ filter: new RegExp(`^${FILLER}$`) }, ({ path }) => ({ path, namespace: NAMESPACE }));
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({ contents: path === FILLER ? fill : stub(path) }));
  },
};
