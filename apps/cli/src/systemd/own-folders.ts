import { dirname, normalize } from 'node:path';
import { configError } from '@axion/config';
import type { Config } from '@axion/config';

const words = (text: string): readonly string[] => text.split(' ');

/** Folders of the system, of its operator or of other programs; the agent's users and permissions have no business there. */
const WELL_KNOWN: ReadonlySet<string> = new Set([
  '/',
  ...words('bin boot dev etc home lib lib32 lib64 media mnt opt proc root run sbin snap srv sys tmp usr var').map((name) => `/${name}`),
  ...words('backups cache lib local lock log mail opt run spool tmp www lib/docker lib/containerd lib/libvirt lib/systemd').map((name) => `/var/${name}`),
  ...words('bin include lib lib64 libexec local sbin share src local/bin local/etc local/lib local/sbin local/share').map((name) => `/usr/${name}`),
  ...words('/etc/axion /etc/systemd /opt/axion /run/lock /run/user'),
]);

/** `/proc`, `/sys`, `/dev` and whatever is in them. */
const KERNEL = /^\/(proc|sys|dev)\//;

const wellKnown = (folder: string): boolean => WELL_KNOWN.has(folder) || KERNEL.test(folder);

/** What is wrong with the log's folder: it is made over to the group of all components. */
const logProblems = ({ agent, logging }: Config): readonly string[] => {
  if (logging.file === undefined) return [];
  const folder = normalize(dirname(logging.file));
  const own = folder.startsWith(`${agent.data_dir}/`) || /axion[^/]*$/i.test(folder);
  if (own && folder !== agent.data_dir && !wellKnown(folder)) return [];
  return [`logging.file = "${logging.file}" would make ${folder} over to the agent; name a file in a folder of its own, e.g. /var/log/axion/agent.log`];
};

/** What is wrong with the folders that the agent's users are given: one that is not the agent's own must not be among them. */
const folderProblems = (config: Config): readonly string[] => [
  ...Object.entries({ 'agent.data_dir': config.agent.data_dir, 'agent.projects_dir': config.agent.projects_dir, 'workloads.volumes_dir': config.workloads.volumes_dir })
    .filter(([, folder]) => wellKnown(folder))
    .map(([key, folder]) => `${key} = "${folder}" is a folder of the system's or of others; give the agent one of its own, e.g. ${folder === '/' ? '' : folder}/axion`),
  ...logProblems(config),
];

/**
 * The configuration may be made into units and folders.
 *
 * @throws {AxionError} `INVALID_ARGUMENT` with reason `CONFIG`: a folder is not the agent's own; all of them stand in `details.problems`
 */
export const requireOwnFolders = (config: Config): void => {
  const [first, ...more] = folderProblems(config);
  if (first !== undefined) throw configError([first, ...more]);
};
