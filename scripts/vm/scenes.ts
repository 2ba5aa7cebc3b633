import { DROP_IN, DROP_IN_HOLDS, PROCESSES, READ_ONLY_STORE, READY, SECURITY, STARTED, TRACES } from './guest.ts';
import type { Load } from './load.ts';
import type { Machine } from './machine.ts';
import type { Report } from './report.ts';

interface Place {
  readonly machine: Machine;
  readonly report: Report;
  /** The bundle's file name. */
  readonly archive: string;
}
interface Scene extends Place {
  readonly load: Load;
}

/** What a step sends while it does harm. */
const BURST = 4;

const services = async (machine: Machine): Promise<readonly string[]> =>
  (await machine.sh(`systemctl list-units --plain --no-legend 'axion-*.service' | cut -d ' ' -f 1`)).trim().split('\n');
const mainPid = (machine: Machine, unit: string): Promise<string> => machine.sh(`systemctl show -p MainPID --value ${unit}`).then((text) => text.trim());

const installCommand = (archive: string): string => `sh /root/install.sh --bundle /root/${archive} --timeout 900`;

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

/** A bare machine becomes a node. */
export const firstInstall = async ({ machine, report, archive }: Place): Promise<void> => {
  await report.step('install on the bare machine', async () => {
    await machine.sh(`${installCommand(archive)} --config /root/agent.toml --token-file /root/token`);
    await machine.until('the agent to be enrolled', `axion --json status | grep -q '"control-link":{"status":"healthy"'`);
    return 'healthy and enrolled';
  });
};

/** The node as it should be; installing again changes nothing; a bad bundle is refused and changes nothing. */
export const installation = async ({ machine, load, report, archive }: Scene): Promise<void> => {
  const install = installCommand(archive);
  await report.step('each unit with its own user and cage', async () => {
    const table = await machine.sh(PROCESSES);
    report.table('Processes', table);
    report.table('systemd-analyze security', await machine.sh(SECURITY));
    const rows = table.trim().split('\n').map((line) => line.split(/\s+/));
    const wrong = rows.filter(([, state, user, privileges, seccomp, caps]) => state !== 'active' || !user?.startsWith('axion-') || privileges !== 'NoNewPrivs=1' || seccomp !== 'Seccomp=2' || caps !== 'CapBnd=0000000000000000');
    if (wrong.length > 0 || new Set(rows.map(([, , user]) => user)).size !== rows.length) throw new Error(wrong.map((row) => row.join(' ')).join('; ') || 'two units share a user');
    return `${rows.length} units, ${rows.length} users`;
  });
  await report.step('deployments by Kafka', async () => {
    await load.send(BURST * 2);
    await load.keepContainer('kept');
    return `${await load.settle()}; a container as workload`;
  });
  await report.step('install again, with a drop-in of the operator', async () => {
    await machine.sh(DROP_IN);
    const before = await machine.sh('find /etc/axion /etc/systemd/system /opt/axion -type f | sort | xargs sha256sum');
    await machine.sh(install);
    const after = await machine.sh('find /etc/axion /etc/systemd/system /opt/axion -type f | sort | xargs sha256sum');
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

/** Harm to one process at a time, with commands under way. */
export const faults = async ({ machine, load, report }: Scene): Promise<void> => {
  for (const unit of await services(machine)) {
    await report.step(`kill -9 of ${unit}`, async () => {
      await load.send(BURST);
      const before = await mainPid(machine, unit);
      await machine.sh(`kill -9 ${before}`);
      await machine.until('another process', `pid=$(systemctl show -p MainPID --value ${unit}); [ "$pid" != 0 ] && [ "$pid" != ${before} ] && [ "$(systemctl is-active ${unit})" = active ]`);
      return load.settle();
    });
    await report.step(`${unit} stopped and started alone`, async () => {
      const others = `systemctl list-units --plain --no-legend 'axion-*.service' | cut -d ' ' -f 1 | grep -vF ${unit} | while read -r other; do systemctl show -p MainPID --value $other; done`;
      const before = await machine.sh(others);
      await machine.sh(`systemctl stop ${unit}`);
      await load.send(BURST / 2);
      const during = await machine.sh(others);
      await machine.sh(`systemctl start ${unit}`);
      if (before !== during) throw new Error('another unit was restarted');
      return load.settle();
    });
  }
  await report.step('a second executor comes and goes', async () => {
    await load.send(BURST);
    await machine.sh('systemctl start axion-swarm-executor@2');
    await load.send(BURST);
    await machine.sh('systemctl stop axion-swarm-executor@2');
    return load.settle();
  });
  await report.step('a component that hangs (SIGSTOP)', async () => {
    const pid = await mainPid(machine, 'axion-swarm-executor@1.service');
    await machine.sh(`kill -STOP ${pid}`);
    await load.send(BURST);
    await machine.until('the watchdog', `journalctl -u axion-swarm-executor@1 --no-pager | grep -q 'Watchdog timeout' && [ "$(systemctl show -p MainPID --value axion-swarm-executor@1)" != ${pid} ]`);
    return `caught by its watchdog; ${await load.settle()}`;
  });
};

/** Power failures in a stream of deployments, and a reboot. */
export const powerCuts = async ({ machine, load, report }: Scene, cuts: number): Promise<void> => {
  for (let cut = 1; cut <= cuts; cut += 1) {
    await report.step(`power cut ${cut} of ${cuts}`, async () => {
      await load.send(BURST);
      await machine.powerCut();
      await machine.until('the agent', READY);
      return load.settle();
    });
  }
  await report.step('reboot', async () => {
    await load.send(BURST);
    await machine.reboot();
    await machine.until('the agent', READY);
    report.table('Start of the machine and of the agent', await machine.sh(STARTED));
    return load.settle();
  });
};

/** A disk without room. */
export const fullDisk = async ({ machine, load, report }: Scene): Promise<void> => {
  await report.step('a full disk', async () => {
    if ((await machine.sh('systemd-detect-virt --container || :')).trim() !== 'none') return 'left out: the disk of a container is the host’s';
    await machine.sh(`fallocate -l $(df --output=avail -B1 / | tail -n 1) /root/full 2>/dev/null || dd if=/dev/zero of=/root/full bs=1M 2>/dev/null || :`);
    await load.send(BURST);
    const said = await machine.until('the bus to say so', `journalctl -u axion-bus --no-pager -o cat | grep -iE 'no space|refused a write|insufficient' | tail -n 1 | grep .`, 300_000).catch(() => 'nothing was said, nothing was refused');
    await machine.sh('rm -f /root/full');
    await machine.until('the agent', READY);
    return `said: ${said.trim().slice(0, 200)}; ${await load.settle()}`;
  });
};

/** A store of the bus that cannot be written. */
export const readOnlyStore = async ({ machine, load, report }: Scene): Promise<void> => {
  await report.step('a bus store that cannot be written', async () => {
    await machine.sh(READ_ONLY_STORE);
    const log = 'journalctl -u axion-bus --no-pager -o cat -n 200';
    let said = '';
    try {
      said = await machine.until('the bus to say so', `${log} | grep -iE 'read-only|not writable' | tail -n 1 | grep .`, 120_000);
    } catch (error) {
      throw new Error(`it said: ${(await machine.sh(log)).slice(-1500)}`, { cause: error });
    } finally {
      await machine.sh('umount /var/lib/axion/bus/store && rm -r /root/store-copy');
    }
    await machine.until('the agent', READY);
    return `said: ${said.trim().slice(0, 200)}; ${await load.settle()}`;
  });
};

/** A backup on a bare machine, and removal. */
export const removal = async ({ machine, load, report, archive }: Scene): Promise<void> => {
  await report.step('a backup restored on a bare machine', async () => {
    await load.send(BURST);
    await machine.sh('systemctl stop axion-agent.target && tar -C / -czf /root/backup.tar.gz var/lib/axion etc/axion');
    await machine.sh('sh /root/install.sh --uninstall --purge --yes');
    await machine.sh(`${installCommand(archive)} --no-start && tar -C / -xzf /root/backup.tar.gz && axion systemd generate >/dev/null && systemctl daemon-reload && systemctl enable -q --now axion-agent.target`);
    await machine.until('the agent', READY);
    return load.settle();
  });
  await report.step('uninstall', async () => {
    const before = await machine.sh('docker service ls -q | sort');
    await machine.sh('sh /root/install.sh --uninstall --purge --yes');
    const left = (await machine.sh(TRACES)).trim();
    if (left !== '') throw new Error(`left behind: ${left}`);
    if ((await machine.sh('docker service ls -q | sort')) !== before) throw new Error('a workload was touched');
    return 'nothing is left; the stacks still run';
  });
};
