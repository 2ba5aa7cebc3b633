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
    [['--bundle', 'x', '--secret', 'kafka.sasl_password='], 'cannot be read'],
    [['--bundle', 'x', '--secret', 'kafka.sasl_password=/dev/null/..', '--dry-run'], 'cannot be read'],
    [['--bundle', 'x', '--secret', 'agent.token=/etc/hostname'], 'given with --token-file'],
    [['--bundle', 'x', '--public-key', '/nope/key.pub'], '/nope/key.pub: there is no such file'],
    [['--bundle', 'x', '--public-key', 'RWQshort'], 'nor is it a key'],
    [['--bundle', 'x', '--public-key', '/etc/hostname'], 'no public key of minisign in this file'],
    [['--bundle', 'x', '--purge'], '--purge goes with --uninstall'],
  ])('refuses %j before it does anything', async (args, text) => {
    await expect(run('sh', [file, ...args])).rejects.toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(text) as string });
  });

  it.each(['--bundle', '--public-key', '--token-file', '--secret', '--config', '--timeout'])('refuses %s with nothing in it, as from a variable that nobody set', async (option) => {
    const refusal = { code: 2, stdout: '', stderr: `install.sh: ${option} takes a value, and there is none\n` };
    await expect(run('sh', [file, '--uninstall', '--dry-run', option, ''])).rejects.toMatchObject(refusal);
    await expect(run('sh', [file, '--uninstall', '--dry-run', option])).rejects.toMatchObject(refusal);
  });

  it('refuses a key of the environment with nothing in it', async () => {
    const asked = run('sh', [file, '--bundle', 'x'], { env: { ...process.env, AXION_PUBLIC_KEY: '' } });
    await expect(asked).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('AXION_PUBLIC_KEY is set and empty') as string });
  });

  it.each([
    ['a second line', 's3cret-A\ns3cret-B\n'],
    ['an empty line before it', '\ns3cret\n'],
    ['a blank', 's3cret A\n'],
    ['an end of line of Windows', 's3cret\r\n'],
    ['a letter beyond ASCII', 's3cret-ü\n'],
    ['zeros, as in UTF-16', 's\u00003\u0000c\u0000'],
    ['nothing', ''],
    ['nothing but a line', '\n'],
  ])('refuses a token with %s, and does not show it', async (_, token) => {
    const path = join(folder, 'token');
    await writeFile(path, token);
    for (const command of [`sh "$1" --bundle x --token-file "$2"`, `sh "$1" --bundle x --token-file - <"$2"`]) {
      const asked = run('sh', ['-c', command, 'sh', file, path]);
      await expect(asked).rejects.toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/: (a token is one line of visible ASCII|the token is empty)/) as string });
      await expect(asked).rejects.toMatchObject({ stderr: expect.not.stringContaining('s3c') as string });
    }
  });

  /** Runs a script behind some of the parts. */
  const behind = async (parts: readonly string[], script: string) => {
    const texts = await Promise.all(parts.map((part) => readFile(join(installerParts, `${part}.sh`), 'utf8')));
    return run('sh', ['-c', [...texts, script].join('\n'), 'sh', folder]);
  };

  it.each(['http://localhost.evil.example', 'http://127.evil.example', 'http://127.0.0.1.evil.example', 'http://localhost:80@evil.example'])('fetches nothing from %s', async (url) => {
    await expect(behind(['head', 'verify'], `curl() { echo asked; }; fetch ${url}/bundle "$1/bundle"`)).rejects.toMatchObject({ code: 1, stdout: '' });
  });

  it('reads the token that is there', async () => {
    await writeFile(join(folder, '-token'), 'aZ0-._~!\n');
    expect((await behind(['head', 'given'], `cd "$1"; token_file=-token; read_token; echo "$token"; token_file=-; echo next | { read_token; echo "$token"; }`)).stdout).toBe('aZ0-._~!\nnext\n');
  });

  const KEY = 'RWQVapDd4qY1S2Gk73s/VRFZxGEZ8RnFm5eEo8jhgEdSIMkeTdDcr/Id';
  it.each([
    ['as minisign writes it', `untrusted comment: minisign public key\n${KEY}\n`],
    ['with empty lines at its end', `untrusted comment: minisign public key\n${KEY}\n\n\n`],
    ['with the ends of line of Windows', `untrusted comment: minisign public key\r\n${KEY}\r\n`],
    ['without a comment', KEY],
  ])('finds the key in a file %s', async (_, text) => {
    await writeFile(join(folder, '-key.pub'), text);
    expect((await behind(['head', 'given'], `cd "$1"; public_key=-key.pub; read_key; echo "$key"; public_key=${KEY}; read_key; echo "$key"`)).stdout).toBe(`${KEY}\n${KEY}\n`);
  });

  it('takes a bundle and a configuration whose path begins with a dash', async () => {
    await mkdir(join(folder, '-d'), { recursive: true });
    await writeFile(join(folder, '-d/bundle'), 'here');
    const script = `cd "$1"; set -- --bundle -d/bundle --config -d/bundle; ${await readFile(join(installerParts, 'arguments.sh'), 'utf8')}\nfetch "$bundle" copy; cat copy "$config"`;
    expect((await behind(['head', 'verify'], script)).stdout).toBe('herehere');
  });

  it("hands the agent's program nothing of what this environment says of it, and says so", async () => {
    const { stdout, stderr } = await behind(['head', 'host'], 'export AXION_AGENT__AGENT__DATA_DIR=/elsewhere PERSYS_NODE_ID=n NODE_OPTIONS=--no; bare env; check_environment');
    expect(stdout).not.toMatch(/AXION_|PERSYS_|NODE_OPTIONS/);
    expect(stderr.match(/warning: \w+ is set here and has no effect/g)).toHaveLength(2);
  });

  it('works in one folder that nobody else can look into, and leaves none', async () => {
    const look = `OPT=$1/opt WORKPLACE=$1/opt/.install dry=0; mkdir -p "$WORKPLACE"; : >"$WORKPLACE/left by a run that was killed"; umask 0; open_workplace; ls -A "$work"; stat -c %a "$work"; : >"$work/copy"`;
    expect((await behind(['head', 'workplace', 'undo'], look)).stdout).toBe('700\n');
    expect(await readdir(folder)).not.toContain('opt');
  });

  it('takes back what it did when nobody reads any more what it says', async () => {
    const parts = await Promise.all(['head', 'workplace', 'undo'].map((part) => readFile(join(installerParts, `${part}.sh`), 'utf8')));
    const script = `OPT=$1/piped WORKPLACE=$1/piped/.install dry=0; open_workplace; undo=$work/undo; later ': >"$OPT.undone"'; while :; do say line; done`;
    await writeFile(join(folder, 'piped.sh'), [...parts, script].join('\n'));
    expect((await run('sh', ['-c', 'sh "$1/piped.sh" "$1" 2>&1 | head -n 1', 'sh', folder])).stdout).toBe('line\n');
    expect(await readdir(folder)).toEqual(expect.arrayContaining(['piped.undone']));
    expect(await readdir(folder)).not.toContain('piped');
  });

  it('puts a release beside one of the same version that is damaged or other, so that what runs is never gone, and knows it again', async () => {
    const unpackOf = (bytes: string) => `
      OPT=$1/beside work=$1/beside/.install undo=$1/beside/undo name=b.tar.gz; mkdir -p "$work" "$work/axion/bin"; bare() { echo 1.2.3; }
      echo ${bytes} >"$work/axion/bin/axion"; (cd "$work/axion" && sha256sum bin/axion >SHA256SUMS); tar -czf "$work/$name" -C "$work" axion; rm -r "$work/axion"
      unpack >/dev/null; printf '%s %s\\n' "\${release##*/}" "$(cat "$release/bin/axion")"; rm -rf "$work"`;
    const unpacked = async (bytes: string) => (await behind(['head', 'undo', 'release'], `trap - EXIT; ${unpackOf(bytes)}`)).stdout.trim();
    expect(await unpacked('one')).toBe('1.2.3 one');
    expect(await unpacked('one')).toBe('1.2.3 one');
    const other = await unpacked('two');
    expect(other).toMatch(/^1\.2\.3\+\d{14} two$/);
    expect(await readFile(join(folder, 'beside/releases/1.2.3/bin/axion'), 'utf8')).toBe('one\n');
    expect(await unpacked('two')).toBe(other);
    await writeFile(join(folder, 'beside/releases', other.split(' ')[0]!, 'bin/axion'), 'damaged\n');
    expect(await unpacked('one')).toBe('1.2.3 one');
  });

  it.each([
    ['one that ran last', '1', ['1', '6', '7']],
    ['no other that ran last', '7', ['5', '6', '7']],
  ])('keeps as many releases as it was told, with %s', async (_, before, kept) => {
    await Promise.all(['1', '2', '3', '4', '5', '6', '7'].map((version) => mkdir(join(folder, 'old/releases', version), { recursive: true })));
    const script = `OPT=$1/old ETC=$1/etc release=$1/old/releases/7 before=$1/old/releases/${before}; for version in 1 2 3 4 5 6 7; do touch -d "@$version" "$OPT/releases/$version"; done; bare() { echo 'update.max_backups    2    default'; }; prune_releases`;
    await behind(['head', 'release'], script);
    expect((await readdir(join(folder, 'old/releases'))).toSorted()).toEqual(kept);
    await rm(join(folder, 'old'), { recursive: true });
  });

  it('leaves a folder to whom its files belong', async () => {
    await mkdir(join(folder, 'srv/bob'), { recursive: true });
    await mkdir(join(folder, 'srv/empty'), { recursive: true });
    await writeFile(join(folder, 'srv/bob/file'), '');
    const check = (folders: string) => `ETC=$1/etc; stat() { echo 1000; }; getent() { echo "bob:x:$2:1000:Bob:/:/bin/sh"; }; printf 'd %s 0750 root axion -\n' ${folders} >"$1/lines"; check_folders "$1/lines" agent.toml`;
    await expect(behind(['head', 'folders'], `folder_lines() { :; }; ${check('"$1/srv/empty" "$1/srv/none" "$1/srv/bob"')}`)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('srv/bob holds files of bob') as string });
    await behind(['head', 'folders'], `folder_lines() { echo "d $1/srv/bob 0750 root axion -"; }; ${check('"$1/srv/empty" "$1/srv/bob"')}`.replace('$1/srv/bob 0750', `${folder}/srv/bob 0750`));
  });

  it.each([
    ['has no -rawin, as OpenSSL 1.1.1', 'openssl() { [ "$1" != dgst ]; }'],
    ['has no BLAKE2b, as in FIPS mode', 'openssl() { [ "$1" != dgst ] && echo " -rawin  Indicate the input data is in raw form"; }'],
  ])('does not take a signature for wrong where openssl %s', async (_, openssl) => {
    const script = `have() { [ "$1" != minisign ]; }; ${openssl}; step() { echo fetched; }; arch=x64 key=RW bundle=axion-1-linux-x64.tar.gz; fetch_and_verify`;
    await expect(behind(['head', 'verify'], script.replace('; fetch_and_verify', '\nfetch_and_verify'))).rejects.toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('install minisign') as string });
  });

  it('takes back what it did, whatever becomes of one of the steps', async () => {
    const failed = behind(['head', 'workplace', 'undo'], `undo=$1/undo; later 'echo first'; later "echo 'open"; later 'exit 3'; later 'echo last'; exit 1`);
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

  it("takes the agent's own units for its own, and no other that is named like them", async () => {
    const made = '# Generated by "axion systemd generate".\n';
    const [units, own] = [join(folder, 'units'), join(folder, 'etc')];
    await Promise.all(['axion-bus.service.d', 'axion-swarm-executor@.service.d', 'axion-swarm-executor@2.service.d', 'axion-agent.target.d', 'axion-backup.service.d', 'wants'].map((path) => mkdir(join(own, path), { recursive: true })));
    await mkdir(units);
    for (const name of ['axion-bus', 'axion-swarm-executor@']) await writeFile(join(units, `${name}.service`), made);
    await writeFile(join(units, 'axion-backup.service'), '[Unit]\n');
    for (const name of ['axion-control-link', 'axion-swarm-executor@3', 'axion-nightly']) await symlink('/dev/null', join(own, `${name}.service`));
    for (const name of ['axion-bus', 'axion-swarm-executor@2', 'axion-backup']) await symlink('/unit', join(own, 'wants', `${name}.service`));
    // What an earlier removal noted counts as well.
    await writeFile(join(folder, 'kept'), 'd /data 0755 root root -\n# unit axion-control-link.service\n');
    const script = `UNITS=$1/units FOLDERS=$1/kept; units=$(own_units); echo "$units"; remove_of_units "$1/etc/wants"; remove_settings "$1/etc"`;
    expect((await behind(['head', 'generated', 'remove'], script)).stdout.trim().split('\n')).toEqual(['axion-bus.service', 'axion-swarm-executor@*.service', 'axion-control-link.service']);
    expect((await readdir(own)).toSorted()).toEqual(['axion-backup.service.d', 'axion-nightly.service', 'wants']);
    expect(await readdir(join(own, 'wants'))).toEqual(['axion-backup.service']);
  });

  it.each([
    ['made here and used by nobody', 'have() { false; }', '', 'docker libvirt'],
    ['there before', 'have() { false; }', 'docker:x:990:', 'libvirt'],
    ['of an engine that came later', 'have() { [ "$1" = dockerd ]; }', '', 'libvirt'],
    ['that a person has joined', 'have() { false; }; members=bob', '', ''],
  ])('removes a group %s accordingly', async (_, host, before, removed) => {
    await mkdir(join(folder, 'groups/sysusers.d'), { recursive: true });
    await writeFile(join(folder, 'groups/sysusers.d/axion.conf'), 'g axion -\ng docker -\ng libvirt -\nu axion-bus - "Axion runner agent"\n');
    const script = `LIB=$1/groups MADE=$1/groups/made members=''; rm -f "$MADE"; getent() { [ "$2:" = "${before.slice(0, 7)}" ] && echo "${before}"; }; note_groups
      ${host}; getent() { echo "$2:x:990:$members"; }; groupdel() { echo "$1"; }; remove_groups`;
    expect((await behind(['head', 'generated'], script)).stdout.trim().replaceAll('\n', ' ')).toBe(removed);
  });

  it.each([
    ['of GNU, which follows no redirect', 'wget() { case $* in *--version*) ;; *) echo "$*"; return 8 ;; esac; }', '-q --max-redirect=0 -O target https://host/bundle\n', 'install curl, or name where it leads'],
    ['of BusyBox, which would', 'wget() { case $* in *--max-redirect*) return 1 ;; *) echo "$*" ;; esac; }', '', 'curl is needed to fetch a URL, or the wget of GNU'],
  ])('fetches with the wget %s, where there is no curl', async (_, wget, stdout, text) => {
    const asked = behind(['head', 'verify'], `have() { [ "$1" != curl ]; }; ${wget}; fetch https://host/bundle target`);
    await expect(asked).rejects.toMatchObject({ code: 1, stdout, stderr: expect.stringContaining(text) as string });
  });

  it('does nothing when it was cut short on its way', async () => {
    const text = await installer();
    await writeFile(join(folder, 'cut.sh'), text.slice(0, text.lastIndexOf('if [ "$uninstall"')));
    expect(await run('sh', [join(folder, 'cut.sh'), '--uninstall', '--dry-run'])).toMatchObject({ stdout: '', stderr: '' });
  });
});
