import { READY } from '../guest.ts';
import { BURST, mainPid, services } from './place.ts';
import type { Scene } from './place.ts';

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
  await report.step('a unit that is masked', async () => {
    const unit = 'axion-telemetry-sampler';
    await machine.sh(`systemctl mask -q --now ${unit} && systemctl restart axion-agent.target`);
    await load.send(BURST);
    await machine.until('the others', `curl -fsS -m 30 'http://127.0.0.1:8080/readyz?exclude=telemetry-sampler'`);
    const said = await load.settle();
    await machine.sh(`! systemctl is-active -q ${unit} && systemctl unmask -q ${unit} && systemctl start ${unit}`);
    await machine.until('the agent', READY);
    return `the others went on without it; ${said}`;
  });
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
