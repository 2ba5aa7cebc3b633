import { ServerProcess } from './server-process.ts';

/** Kernel namespaces that stay while processes in them come and go, so that a daemon started again finds its mounts and bridges. */
export interface Namespaces extends AsyncDisposable {
  /** The command, with its arguments, that another command is appended to so as to run inside. */
  readonly enter: readonly [command: string, ...args: string[]];
}

/**
 * A mount namespace, which sees what the host mounts but not the other way round; with `network` also a network that has
 * loopback alone.
 */
export const startNamespaces = async ({ network }: { readonly network: boolean }): Promise<Namespaces> => {
  const kinds = network ? ['--mount', '--net'] : ['--mount'];
  const loopbackUp = network ? 'ip link set lo up 2>/dev/null || busybox ip link set lo up; ' : '';
  const holder = await ServerProcess.start({
    name: 'namespaces',
    command: 'unshare',
    args: [...kinds, '--propagation', 'slave', '--', 'sh', '-c', `${loopbackUp}echo inside; exec sleep infinity`],
    ready: /^inside$/,
  }).catch((error: Error) => {
    if (!error.message.includes('root filesystem propagation')) throw error;
    const remedy = 'Mount the folder onto itself (mount --bind DIR DIR) before chroot, or set DOCKER_HOST to an engine that is a swarm manager';
    throw new Error(`no container can be started here, because the root of this system is a plain folder, as in a chroot. ${remedy}.`, { cause: error });
  });
  return { enter: ['nsenter', '--target', String(holder.pid), ...kinds, '--root', '--'], [Symbol.asyncDispose]: async () => void (await holder.kill()) };
};
