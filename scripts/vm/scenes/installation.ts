import { DROP_IN, DROP_IN_HOLDS, PROCESSES, READY, SECURITY, TRACES } from '../guest.ts';
import { BURST, installCommand } from './place.ts';
import type { Place, Scene } from './place.ts';

/** A first try that has to fail and leaves nothing. */
export const failedInstall = async ({ machine, report, archive }: Place): Promise<void> => {
  await report.step('an installation that cannot become healthy', async () => {
    await machine.sh('systemd-run -q --unit=squatter python3 -m http.server 8080 --bind 127.0.0.1');
    const said = await machine.sh(`! sh /root/install.sh --bundle /root/${archive} --config /root/agent.toml --token-file /root/token --timeout 20 2>&1`);
    await machine.sh('systemctl stop squatter');
    const left = (await machine.sh(TRACES)).trim();
    if (!said.includes('is not healthy after')) throw new Error(`it failed of something else: ${said}`);
    if (left !== '') throw new Error(`left behind: ${left}`);
    return `taken back, nothing is left: ${said.trim().split('\n').at(-1)}`;
  });
};

/** A token that the control plane does not know: told, and nothing is left. */
export const wrongToken = async ({ machine, report, archive }: Place): Promise<void> => {
  await report.step('an installation with a wrong token', async () => {
    const said = await machine.sh(`echo wrong >/root/wrong; ! sh /root/install.sh --bundle /root/${archive} --config /root/agent.toml --token-file /root/wrong --timeout 90 2>&1`);
    const left = (await machine.sh(TRACES)).trim();
    const [reason] = /control-link: [^;]*token[^;]*/.exec(said) ?? [];
    if (reason === undefined) throw new Error(`it does not say that the token is refused: ${said}`);
    if (left !== '') throw new Error(`left behind: ${left}`);
    return `taken back, nothing is left: ${reason.trim().slice(0, 200)}`;
  });
};

/** A bare machine becomes a node. */
export const firstInstall = async ({ machine, report, archive }: Place): Promise<void> => {
  await report.step('install on the bare machine', async () => {
    await machine.sh(`${installCommand(archive)} --config /root/agent.toml --token-file /root/token`);
    await machine.until('the agent to be enrolled', `curl -fsS http://127.0.0.1:8080/health | tr -d ' \\n' | grep -q '"control-link":{"status":"healthy"'`);
    return 'healthy and enrolled';
  });
};

/** The node as it should be; installing again changes nothing; a bad bundle is refused and changes nothing. */
export const installation = async ({ machine, load, report, archive, vms }: Scene): Promise<void> => {
  const install = installCommand(archive);
  await report.step('each unit with its own user and cage', async () => {
    const table = await machine.sh(PROCESSES);
    report.table('Processes', table);
    report.table('systemd-analyze security', await machine.sh(SECURITY));
    const rows = table.trim().split('\n').map((line) => line.split(/\s+/));
    // Whoever keeps virtual machines may look at their disks, which are another user's while they run.
    const capabilities = (unit = ''): string => (vms && unit === 'axion-workload-executor.service' ? 'CapBnd=0000000000000004' : 'CapBnd=0000000000000000');
    const wrong = rows.filter(([unit, state, user, privileges, seccomp, caps]) => state !== 'active' || !user?.startsWith('axion-') || privileges !== 'NoNewPrivs=1' || seccomp !== 'Seccomp=2' || caps !== capabilities(unit));
    if (wrong.length > 0 || new Set(rows.map(([, , user]) => user)).size !== rows.length) throw new Error(wrong.map((row) => row.join(' ')).join('; ') || 'two units share a user');
    return `${rows.length} units, ${rows.length} users`;
  });
  await report.step('deployments by Kafka', async () => {
    await load.sendDeployment(BURST * 2);
    return load.settle();
  });
  await report.step('install again, with a drop-in of the operator', async () => {
    await machine.sh(DROP_IN);
    const sums = 'find /etc/axion /etc/systemd/system /usr/local/lib/systemd /opt/axion -type f | sort | xargs sha256sum';
    const before = await machine.sh(sums);
    await machine.sh(install);
    const after = await machine.sh(sums);
    if (before !== after) throw new Error('files changed');
    await machine.sh(DROP_IN_HOLDS);
    return 'nothing changed, the drop-in is in force';
  });
  await report.step('a signature, with openssl alone', async () => {
    const dry = `sh /root/install.sh --bundle /root/${archive} --dry-run --public-key`;
    await machine.sh(`! command -v minisign && ${dry} /root/ours.pub | grep 'signature: good' && sh -c "! ${dry} /root/other.pub" 2>&1 | grep 'signature of SHA256SUMS is wrong'`);
    return 'good with its key, refused with another';
  });
  await report.step('a damaged bundle', async () => {
    await machine.sh(`mkdir -p /root/bad && cd /root/bad && cp ../SHA256SUMS . && { cat ../${archive}; echo; } >${archive}`);
    const refused = await machine.sh(`! sh /root/install.sh --bundle /root/bad/${archive} 2>&1`);
    await machine.until('the agent', READY);
    return refused.trim().split('\n').at(-1) ?? '';
  });
  await report.step('a configuration that cannot work', async () => {
    await machine.sh(`cp -p /etc/axion/agent.toml /root/kept && echo 'nonsense = 1' >>/etc/axion/agent.toml && ! ${install} >/root/said 2>&1; mv /root/kept /etc/axion/agent.toml; grep -q 'is not valid for this version' /root/said`);
    await machine.until('the agent', READY);
    return 'refused, the running agent went on';
  });
};

/** A newer release over this one: first one that cannot work, which goes back to what ran; commands are under way all the while. */
export const updates = async ({ machine, load, report }: Scene, next: string): Promise<void> => {
  const version = (): Promise<string> => machine.sh('axion --version').then((text) => text.trim());
  const before = await version();
  await report.step('an update that cannot become healthy', async () => {
    await load.send(BURST);
    const said = await machine.sh(`! sh /root/install.sh --bundle /root/broken/${next} --timeout 60 2>&1`);
    await machine.until('the agent', READY);
    if (!said.includes('is not healthy after')) throw new Error(`it failed of something else: ${said}`);
    if ((await version()) !== before) throw new Error(`${await version()} is left`);
    return `${before} runs again: ${said.trim().split('\n').at(-1)}; ${await load.settle()}`;
  });
  await report.step('an update', async () => {
    await machine.sh(DROP_IN);
    await load.send(BURST);
    await machine.sh(`sh /root/install.sh --bundle /root/next/${next} --timeout 900`);
    const after = await version();
    if (after === before) throw new Error(`${after} runs still`);
    await machine.sh(DROP_IN_HOLDS);
    return `${before} became ${after}, the drop-in is in force; ${await load.settle()}`;
  });
};
