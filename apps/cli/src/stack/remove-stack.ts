import type { Engine } from '@axion/docker-engine';
import { AxionError } from '@axion/core';
import { ofStack } from './deploy-stack.ts';
import type { StackReport } from './stack-report.ts';

interface Removable {
  readonly id: string;
  readonly name: string;
}

/**
 * Removes everything of a stack but its volumes: services, secrets, configs, networks. Each failure is told and the rest
 * still tried.
 *
 * @throws {AxionError} `FAILED_PRECONDITION` when something stayed
 */
export const removeStack = async (engine: Engine, namespace: string, report: StackReport, signal: AbortSignal): Promise<void> => {
  const filter = ofStack(namespace);
  const [services, secrets, configs, networks] = await Promise.all([engine.services.list(filter, signal), engine.secrets.list(filter, signal), engine.configs.list(filter, signal), engine.networks.list(filter, signal)]);
  if (services.length + secrets.length + configs.length + networks.length === 0) {
    report.warn(`Nothing found in stack: ${namespace}`);
    return;
  }
  let failed = false;
  const removeAll = async (kind: string, objects: readonly Removable[], remove: (id: string, signal: AbortSignal) => Promise<void>): Promise<void> => {
    for (const { id, name } of objects.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      report.done(`Removing ${kind} ${name}`);
      await remove(id, signal).catch((error: unknown) => {
        failed = true;
        report.warn(`Failed to remove ${kind} ${id}: ${(error as Error).message}`);
      });
    }
  };
  await removeAll('service', services, (id, abort) => engine.services.remove(id, abort));
  await removeAll('secret', secrets, (id, abort) => engine.secrets.remove(id, abort));
  await removeAll('config', configs, (id, abort) => engine.configs.remove(id, abort));
  await removeAll('network', networks, (id, abort) => engine.networks.remove(id, abort));
  if (failed) throw new AxionError('FAILED_PRECONDITION', `failed to remove some resources from stack: ${namespace}`);
};
