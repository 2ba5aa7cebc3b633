import { execFile, spawn } from 'node:child_process';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { devFolder, firstProgram } from './dev-folder.ts';
import type { EngineApi } from './engine-api.ts';
import { tempDir } from './temp-dir.ts';

export interface ImageOptions {
  /** Lines of a Dockerfile that `docker import` knows: CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, USER, WORKDIR and so on. Default: `CMD ["sh"]`. */
  readonly changes?: readonly string[];
  /** Files of the image, path → text; also what tells one image from another. */
  readonly files?: Readonly<Record<string, string>>;
}

/** What a registry asks for. */
export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
}

/** The static busybox that images are made of. */
const busyboxBinary = (): string =>
  firstProgram([process.env['AXION_TEST_BUSYBOX'], join(devFolder, 'bin/busybox'), '/bin/busybox'], 'the static busybox');

const exec = promisify(execFile);

const splitRef = (ref: string): { readonly repo: string; readonly tag: string } => {
  const colon = ref.lastIndexOf(':');
  return colon > ref.lastIndexOf('/') ? { repo: ref.slice(0, colon), tag: ref.slice(colon + 1) } : { repo: ref, tag: 'latest' };
};

/** Makes an image of busybox and its links on the engine, as `docker import` does, and names it `ref`. */
export const importImage = async (engine: EngineApi, ref: string, options: ImageOptions = {}): Promise<void> => {
  const { changes = ['CMD ["sh"]'], files = {} } = options;
  const busybox = busyboxBinary();
  await using home = await tempDir('image');
  const folders = ['bin', 'dev', 'etc', 'proc', 'root', 'sys', 'tmp'];
  await Promise.all(folders.map((folder) => mkdir(join(home.path, folder))));
  await copyFile(busybox, join(home.path, 'bin/busybox'));
  const { stdout } = await exec(busybox, ['--list']);
  const applets = stdout.split('\n').filter((applet) => applet !== '' && applet !== 'busybox');
  await Promise.all(applets.map((applet) => symlink('busybox', join(home.path, 'bin', applet))));
  const all = { '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n', '/etc/group': 'root:x:0:\n', ...files };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(join(home.path, path, '..'), { recursive: true });
    await writeFile(join(home.path, path), text);
  }
  const tar = spawn('tar', ['-C', home.path, '-cf', '-', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { repo, tag } = splitRef(ref);
  const query = new URLSearchParams({ fromSrc: '-', repo, tag });
  for (const change of ['ENV PATH=/bin', ...changes]) query.append('changes', change);
  const report = await engine.call('POST', `/images/create?${query.toString()}`, { body: tar.stdout, headers: { 'content-type': 'application/x-tar' } });
  failOn(report, `import of ${ref}`);
};

/** Pushes an image, whose name begins with the registry's `host:port`, and gives its digest. */
export const pushImage = async (engine: EngineApi, ref: string, login?: RegistryLogin): Promise<string> => {
  const { repo, tag } = splitRef(ref);
  const auth = Buffer.from(JSON.stringify(login ?? {})).toString('base64url');
  const report = await engine.call('POST', `/images/${repo}/push?tag=${tag}`, { headers: { 'x-registry-auth': auth } });
  failOn(report, `push of ${ref}`);
  const digest = /"Digest":"(sha256:[0-9a-f]{64})"/.exec(String(report))?.[1];
  if (digest === undefined) throw new Error(`the push of ${ref} gave no digest: ${String(report)}`);
  return digest;
};

/** Takes an image's name, and the image with its last one, from the engine. */
export const removeImage = async (engine: EngineApi, ref: string): Promise<void> => {
  await engine.call('DELETE', `/images/${ref}?force=true`);
};

/**
 * Takes every image whose name begins so from the engine, e.g. all of a registry (`host:port/`). A service's image is
 * pulled by its digest and stays under that name when the tag is gone.
 */
export const removeImages = async (engine: EngineApi, prefix: string): Promise<void> => {
  const images = (await engine.call('GET', '/images/json')) as { readonly RepoTags: readonly string[] | null; readonly RepoDigests: readonly string[] | null }[];
  const names = images.flatMap(({ RepoTags, RepoDigests }) => [...(RepoTags ?? []), ...(RepoDigests ?? [])]);
  for (const name of names) {
    // The digest's name may have gone with the last tag.
    if (name.startsWith(prefix) && !name.includes('<none>')) await removeImage(engine, name).catch(() => undefined);
  }
};

/** These calls answer 200 before they begin and report failures in their stream of JSON lines. */
const failOn = (report: unknown, what: string): void => {
  const text = typeof report === 'string' ? report : JSON.stringify(report);
  const error = /"error":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  if (error !== undefined) throw new Error(`${what} failed: ${error}`);
};
