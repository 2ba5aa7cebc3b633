import { chmod, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { firstProgram } from './dev-folder.ts';
import { startNamespaces } from './namespaces.ts';
import { ServerProcess } from './server-process.ts';
import { tempDir } from './temp-dir.ts';
import { waitFor } from './wait-for.ts';

/** A libvirt of the test's own. */
export interface Libvirt extends AsyncDisposable {
  /** For `virsh -c`; good outside of its namespaces too. */
  readonly uri: string;
  /** A folder its QEMU can reach. */
  readonly path: string;
  /** libvirtd itself: stopped, killed or frozen (`process.signal('SIGSTOP')`), its guests run on. */
  readonly process: ServerProcess;
  restart(): Promise<void>;
}

const FOLDERS = { etc: '/etc/libvirt', run: '/run/libvirt', lib: '/var/lib/libvirt', log: '/var/log/libvirt', cache: '/var/cache/libvirt' } as const;
const SBIN = ['/usr/sbin', '/sbin'];
const program = (name: string): string =>
  firstProgram([name, ...SBIN.map((folder) => join(folder, name))], `${name} (Debian's libvirt-daemon-system, libvirt-clients, qemu-system-x86 and qemu-utils)`);

/** Guests run as root here, without confinement: nothing of the machine's own set-up is touched or needed. */
const QEMU_CONF = 'user = "root"\ngroup = "root"\nsecurity_driver = "none"\nnamespaces = []\ncgroup_controllers = []\n';
const DAEMON_CONF = 'auth_unix_rw = "none"\nunix_sock_rw_perms = "0700"\nlog_outputs = "3:stderr"\n';
/** libvirt's own default network. */
const NETWORK = `<network><name>default</name><forward mode='nat'/><bridge name='virbr0'/><ip address='192.168.122.1' netmask='255.255.255.0'><dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp></ip></network>`;

/**
 * Starts libvirtd and virtlogd in namespaces of their own: their folders are this test's alone, their bridges and firewall
 * rules meet nobody. When disposed, its guests have ended too.
 */
export const startLibvirt = async (): Promise<Libvirt> => {
  if (process.getuid?.() !== 0) throw new Error('a libvirt of its own takes root: run this as root');
  await using stack = new AsyncDisposableStack();
  const [virtlogd, libvirtd] = [program('virtlogd'), program('libvirtd')];
  const home = stack.use(await tempDir('libvirt'));
  await chmod(home.path, 0o711);
  for (const folder of Object.keys(FOLDERS)) await mkdir(join(home.path, folder));
  const guests = join(home.path, 'guests');
  await mkdir(guests, { mode: 0o711 });
  await cp(FOLDERS.etc, join(home.path, 'etc'), { recursive: true, errorOnExist: false }).catch(() => undefined);
  for (const own of ['qemu', 'storage', 'secrets']) await rm(join(home.path, 'etc', own), { recursive: true, force: true });
  await mkdir(join(home.path, 'etc/qemu/networks'), { recursive: true });
  await writeFile(join(home.path, 'etc/qemu/networks/default.xml'), NETWORK);
  await writeFile(join(home.path, 'etc/qemu.conf'), QEMU_CONF);
  await writeFile(join(home.path, 'etc/libvirtd.conf'), DAEMON_CONF);
  await writeFile(join(home.path, 'etc/virtlogd.conf'), '');

  const inside = stack.use(await startNamespaces({ network: true }));
  const [enter, ...enterArgs] = inside.enter;
  const binds = Object.entries(FOLDERS).map(([own, place]) => `mkdir -p ${place} && mount --bind ${join(home.path, own)} ${place}`);
  await ServerProcess.start({ name: 'mounts', command: enter, args: [...enterArgs, 'sh', '-c', `set -e; ${binds.join('; ')}; echo mounted; exec sleep infinity`], ready: /^mounted$/ }).then((mounts) => mounts.kill());
  const env = { PATH: [process.env['PATH'] ?? '', ...SBIN].join(':') };
  const log = await ServerProcess.start({ name: 'virtlogd', command: enter, args: [...enterArgs, virtlogd, '--pid-file', join(home.path, 'virtlogd.pid')], env });
  stack.defer(async () => void (await log.stop()));
  const socket = join(home.path, 'run/libvirt-sock');
  const uri = `qemu+unix:///system?socket=${socket}`;
  const virsh = async (...args: readonly string[]): Promise<string> => {
    const call = await ServerProcess.start({ name: 'virsh', command: program('virsh'), args: ['-q', '-c', uri, ...args] });
    const { code } = await call.exited;
    if (code !== 0) throw new Error(call.output);
    return call.output;
  };
  const launch = async (): Promise<ServerProcess> => {
    const daemon = await ServerProcess.start({ name: 'libvirtd', command: enter, args: [...enterArgs, libvirtd, '--pid-file', join(home.path, 'libvirtd.pid')], env });
    await waitFor(() => virsh('version'), { what: 'libvirtd to answer', timeoutMs: 30_000, intervalMs: 200 });
    return daemon;
  };
  let daemon = await launch();
  stack.defer(async () => {
    if (!daemon.running) daemon = await launch();
    const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line.trim() !== '');
    for (const uuid of lines(await virsh('list', '--uuid'))) await virsh('destroy', uuid).catch(() => undefined);
    // Their DHCP servers are processes that outlive libvirtd.
    for (const name of lines(await virsh('net-list', '--name'))) await virsh('net-destroy', name.trim()).catch(() => undefined);
    await daemon.stop();
  });
  const owned = stack.move();
  return {
    uri,
    path: guests,
    get process() {
      return daemon;
    },
    restart: async () => {
      await daemon.stop();
      daemon = await launch();
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
