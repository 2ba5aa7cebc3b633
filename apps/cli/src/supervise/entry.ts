import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AxionError } from '@axion/core';

/**
 * The file that Node runs for a component, found from the command's own file: beside it in a release
 * (`lib/axion.js`, `lib/COMPONENT.js`), else in the same place of the neighbouring app of a checkout.
 *
 * @param own the command's own file, absolute
 * @throws {AxionError} `NOT_FOUND` naming the file that is missing
 */
export const componentEntry = (component: string, own: string): string => {
  const released = join(dirname(own), `${component}.js`);
  const inCheckout = join(dirname(own), '..', '..', component, basename(dirname(own)), basename(own));
  const entry = [released, inCheckout].find((file) => existsSync(file));
  if (entry === undefined) {
    throw new AxionError('NOT_FOUND', `component ${component} is not here: neither ${released} nor ${inCheckout} exists; in a checkout run \`npm run build\` first`);
  }
  return entry;
};
