import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installer, INSTALLER_ORDER, installerParts } from './installer.mjs';

const run = promisify(execFile);

describe('install.sh', () => {
  let folder: string;
  let file: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'axion-installer-'));
    file = join(folder, 'install.sh');
    await writeFile(file, await installer());
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has every part there is, each once', async () => {
    expect(INSTALLER_ORDER.map((part) => `${part}.sh`).toSorted()).toEqual((await readdir(installerParts)).toSorted());
  });

  it('is one file that says what it takes', async () => {
    const { stdout } = await run('sh', [file, '--help']);
    expect(stdout).toContain('install.sh --bundle FILE|URL');
  });

  it('refuses an option it does not know before it does anything', async () => {
    await expect(run('sh', [file, '--instal'])).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('unknown option --instal') as string });
  });

  it.each([
    [['--bundle', 'x', '--secret', '../../escaped=/etc/hostname'], 'a key is made of'],
    [['--bundle', 'x', '--secret', "a'b=/etc/hostname"], 'a key is made of'],
    [['--bundle', 'x', '--secret', '..=/etc/hostname'], 'a key is made of'],
    [['--bundle', 'x', '--secret', 'kafka.sasl_password'], 'it takes KEY=FILE'],
    [['--bundle', 'x', '--secret', 'kafka.sasl_password=/nope', '--dry-run'], '/nope cannot be read'],
    [['--bundle', 'x', '--token-file', '/nope', '--dry-run'], '--token-file /nope cannot be read'],
    [['--bundle', 'x', '--config', '/', '--dry-run'], '--config / cannot be read'],
    [['--bundle', 'x', '--uninstall'], 'either --bundle or --uninstall'],
    [['--bundle', 'x', '--purge'], '--purge goes with --uninstall'],
  ])('refuses %j before it does anything', async (args, text) => {
    await expect(run('sh', [file, ...args])).rejects.toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(text) as string });
  });

  /** Runs a script behind some of the parts. */
  const behind = async (parts: readonly string[], script: string) => {
    const texts = await Promise.all(parts.map((part) => readFile(join(installerParts, `${part}.sh`), 'utf8')));
    return run('sh', ['-c', [...texts, script].join('\n'), 'sh', folder]);
  };

  it.each(['http://localhost.evil.example', 'http://127.evil.example', 'http://127.0.0.1.evil.example', 'http://localhost:80@evil.example'])('fetches nothing from %s', async (url) => {
    await expect(behind(['head', 'verify'], `curl() { echo asked; }; fetch ${url}/bundle "$1/bundle"`)).rejects.toMatchObject({ code: 1, stdout: '' });
  });

  it('takes back what it did, whatever becomes of one of the steps', async () => {
    const failed = behind(['head', 'undo'], `undo=$1/undo; later 'echo first'; later "echo 'open"; later 'exit 3'; later 'echo last'; exit 1`);
    await expect(failed).rejects.toMatchObject({ code: 1, stdout: 'last\nfirst\n' });
  });

  it("removes the agent's folders of its data alone", async () => {
    const [shared, disk] = [join(folder, 'shared'), join(folder, 'disk')];
    await Promise.all(['shared/bus/store', 'shared/vm/volumes', 'shared/workloads', 'shared/theirs', 'disk/swarm'].map((path) => mkdir(join(folder, path), { recursive: true })));
    await Promise.all(['shared/precious', 'shared/bus/key', 'shared/vm/volumes/disk.qcow2', 'disk/swarm/key'].map((path) => writeFile(join(folder, path), '')));
    await symlink(join(disk, 'swarm'), join(shared, 'swarm'));
    const purge = `DATA=$1/shared volumes=$1/shared/vm/volumes folders="$(printf '%s\\n' $1/shared $1/shared/bus $1/shared/swarm $1/shared/workloads $1/shared/vm/volumes $1/disk)"; remove_data`;
    const { stdout } = await behind(['head', 'remove'], purge);
    expect(stdout).toContain('shared/vm/volumes, with the disks');
    expect([await readdir(shared), await readdir(join(shared, 'vm/volumes')), await readdir(disk)]).toEqual([['precious', 'theirs', 'vm'], ['disk.qcow2'], []]);
    await rm(join(shared, 'vm/volumes/disk.qcow2'));
    await behind(['head', 'remove'], purge);
    expect(await readdir(shared)).toEqual(['precious', 'theirs']);
  });

  it('does nothing when it was cut short on its way', async () => {
    const text = await installer();
    await writeFile(join(folder, 'cut.sh'), text.slice(0, text.lastIndexOf('if [ "$uninstall"')));
    expect(await run('sh', [join(folder, 'cut.sh'), '--uninstall', '--dry-run'])).toMatchObject({ stdout: '', stderr: '' });
  });
});
