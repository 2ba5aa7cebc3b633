import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
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

  it('does nothing when it was cut short on its way', async () => {
    const text = await installer();
    await writeFile(join(folder, 'cut.sh'), text.slice(0, text.lastIndexOf('if [ "$uninstall"')));
    expect(await run('sh', [join(folder, 'cut.sh'), '--uninstall', '--dry-run'])).toMatchObject({ stdout: '', stderr: '' });
  });
});
