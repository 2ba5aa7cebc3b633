import { dirname, normalize } from 'node:path';
import { configError } from '@axion/config';
import type { Config, KeyPath } from '@axion/config';
import { PROCESSES } from './accounts.ts';
import { BUS_FOLDER } from './bus-unit.ts';

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

/** Where the units see nothing, or a folder of their own (`ProtectHome=`, `PrivateTmp=`). */
const HIDDEN = /^\/(home|root|run\/user|tmp|var\/tmp)(\/|$)/;

/** Whether `folder` is `other` or lies in it. */
const within = (folder: string, other: string): boolean => `${folder}/`.startsWith(`${other}/`);
const overlap = (one: string, other: string): boolean => within(one, other) || within(other, one);

/** A folder that the configuration gives to the agent's users. */
interface Claim {
  readonly key: KeyPath;
  readonly folder: string;
  /** One that would do. */
  readonly example: string;
}

const said = ({ key, folder }: Claim): string => `${key} = "${folder}"`;

const placeProblem = (claim: Claim): string | undefined => {
  const { folder, example } = claim;
  if (HIDDEN.test(`${folder}/`)) return `${said(claim)} cannot be seen by the units, which have no home folders and a /tmp of their own; name one elsewhere, e.g. ${example}`;
  return wellKnown(folder) ? `${said(claim)} is a folder of the system's or of others; give the agent one of its own, e.g. ${folder === '/' ? '' : folder}/axion` : undefined;
};

/** What is wrong with the log's folder: it is made over to the group of all components. */
const logProblem = ({ agent, logging }: Config): string | undefined => {
  if (logging.file === undefined) return undefined;
  const folder = normalize(dirname(logging.file));
  const claim: Claim = { key: 'logging.file', folder: logging.file, example: '/var/log/axion/agent.log' };
  if (HIDDEN.test(`${folder}/`)) return placeProblem(claim);
  const own = within(folder, agent.data_dir) || /axion[^/]*$/i.test(folder);
  const taken = within(agent.data_dir, folder) || processFolders(agent.data_dir).some((other) => overlap(folder, other));
  return own && !taken && !wellKnown(folder) ? undefined : `${said(claim)} would make ${folder} over to every component of the agent; name a file in a folder of its own, e.g. ${claim.example}`;
};

const processFolders = (dataDir: string): readonly string[] => PROCESSES.flatMap(({ owns }) => owns.map((folder) => `${dataDir}/${folder}`));

/** Nobody's folder may hold the data of others, or lie among it: what one makes its own, it could replace. */
const clashProblem = (claim: Claim, dataDir: string, others: readonly Claim[]): string | undefined => {
  if (within(dataDir, claim.folder)) return `${said(claim)} holds agent.data_dir = "${dataDir}"; give it a folder of its own, e.g. ${claim.example}`;
  const taken = processFolders(dataDir).find((folder) => overlap(claim.folder, folder));
  if (taken !== undefined) return `${said(claim)} and ${taken}, which one of the agent's processes keeps to itself, lie in one another; give it a folder of its own, e.g. ${claim.example}`;
  const other = others.find(({ folder }) => overlap(claim.folder, folder));
  return other === undefined ? undefined : `${said(claim)} and ${said(other)} lie in one another; give each a folder of its own, e.g. ${claim.example} and ${other.example}`;
};

/** The bus sets a damaged store aside under another name, so the folder around it has to be its own, too. */
const busProblem = (claim: Claim, busFolder: string, others: readonly Claim[]): string | undefined => {
  if (claim.folder === busFolder || !within(claim.folder, busFolder)) return `${said(claim)} is not in ${busFolder}, the folder that the unit of the bus writes to; leave it out or name one in there, e.g. ${claim.example} (another disk can be mounted on ${busFolder})`;
  const other = others.find(({ folder }) => overlap(claim.folder, folder));
  return other === undefined ? undefined : `${said(claim)} and ${said(other)} lie in one another; leave both out, or give each a folder of its own in ${busFolder}`;
};

/** What is wrong with the folders that the agent's users are given: one that is not the agent's own must not be among them. */
const folderProblems = (config: Config): readonly string[] => {
  const { agent, workloads, bus } = config;
  const data: Claim = { key: 'agent.data_dir', folder: agent.data_dir, example: '/var/lib/axion' };
  const projects: Claim = { key: 'agent.projects_dir', folder: agent.projects_dir, example: '/opt/axion/projects' };
  const volumes: Claim = { key: 'workloads.volumes_dir', folder: workloads.volumes_dir, example: `${agent.data_dir}/volumes` };
  const busFolder = `${agent.data_dir}/${BUS_FOLDER}`;
  const keys: Claim = { key: 'bus.credentials_dir', folder: bus.credentials_dir, example: `${busFolder}/credentials` };
  const store: Claim = { key: 'bus.store_dir', folder: bus.store_dir, example: `${busFolder}/store` };
  const misplaced = placeProblem(data);
  // What lies in it by default lies as badly; one error says so.
  if (misplaced !== undefined) return [misplaced, placeProblem(projects)].filter((problem) => problem !== undefined);
  return [
    placeProblem(projects) ?? clashProblem(projects, agent.data_dir, []),
    placeProblem(volumes) ?? clashProblem(volumes, agent.data_dir, [projects]),
    busProblem(keys, busFolder, []),
    busProblem(store, busFolder, [keys]),
    logProblem(config),
  ].filter((problem) => problem !== undefined);
};

/**
 * The configuration may be made into units and folders.
 *
 * @throws {AxionError} `INVALID_ARGUMENT` with reason `CONFIG`: a folder is not the agent's own; all of them stand in `details.problems`
 */
export const requireOwnFolders = (config: Config): void => {
  const [first, ...more] = folderProblems(config);
  if (first !== undefined) throw configError([first, ...more]);
};
