import type * as foreign from 'node:ffi';

/**
 * Functions of the C library, by Node's `node:ffi`. That is experimental and came with 26.1, so whoever asks has another way, or does
 * without: `undefined` where the module or a function is missing, or the module takes its definitions in another form.
 */
export const fromCLibrary = <const T extends foreign.FunctionDefinitions>(definitions: T): foreign.DynamicLibraryResult<T>['functions'] | undefined => {
  try {
    const ffi = process.getBuiltinModule('node:ffi') as typeof foreign | undefined;
    return ffi?.dlopen(null, definitions).functions;
  } catch {
    return undefined;
  }
};
