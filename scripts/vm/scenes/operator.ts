import { READY, TRACES } from '../guest.ts';
import { installCommand } from './place.ts';
import type { Scene } from './place.ts';

/** Runs the installer, which has to refuse, and gives the last thing it said. */
const refused = async ({ machine }: Scene, command: string, because: string): Promise<string> => {
  const said = await machine.sh(`! ${command} 2>&1`);
  if (!said.includes(because)) throw new Error(`it did not say "${because}" but: ${said}`);
  await machine.until('the agent', READY);
  return said.trim().split('\n').at(-1) ?? '';
};

/** What operators do to an installation, and to the installer. */
export const operator = async (scene: Scene): Promise<void> => {
  const { machine, load, report, archive } = scene;
  const install = installCommand(archive);
  // A file system of the installer's own: what runs does not see it.
  await report.step('too little room to unpack', () => refused(scene, `unshare -m sh -c 'mount -t tmpfs -o size=8m tmpfs /opt/axion && ${install}'`, 'MB are needed'));
  await report.step('two at a time', () => refused(scene, `flock /etc ${install}`, 'another install.sh is at work'));
  await report.step('a secret under a name that nobody takes', () => refused(scene, `sh -c 'echo x >/root/secret; ${install} --secret kafka.password=/root/secret'`, 'no component takes a secret of that name'));
  await report.step('a removal that nobody confirms', () => refused(scene, 'sh /root/install.sh --uninstall --purge </dev/null', 'nothing was removed'));
  await report.step('installed again with a unit that is masked', async () => {
    const unit = 'axion-telemetry-sampler';
    const said = await machine.sh(`systemctl mask -q --now ${unit} && ${install} && ! systemctl is-active -q ${unit} && [ "$(systemctl is-enabled ${unit})" = masked ]`);
    await machine.sh(`systemctl unmask -q ${unit} && systemctl start ${unit}`);
    await machine.until('the agent', READY);
    return said.split('\n').find((line) => line.includes('is masked'))?.trim() ?? 'it was not named';
  });
  await report.step('files and users that are gone, an update without Docker', async () => {
    await machine.sh(`
set -e
systemctl stop axion-agent.target 'axion-*.service'
rm -r /opt/axion/current/lib /usr/local/lib/systemd/system/axion-bus.service /usr/local/bin/axion
uid=$(id -u axion-bus) && userdel axion-bus && useradd --system --uid $uid --no-create-home filler
systemctl stop docker.socket docker`);
    const said = await machine.sh(`${install} 2>&1`);
    await machine.sh('systemctl start docker; userdel filler');
    await machine.until('the agent', READY);
    return `mended, and it said: ${said.trim().split('\n').find((line) => line.startsWith('warning: Docker')) ?? 'nothing of Docker'}; ${await load.settle()}`;
  });
  await report.step('removed twice, data kept, installed again', async () => {
    await machine.sh('sh /root/install.sh --uninstall && sh /root/install.sh --uninstall');
    const left = (await machine.sh(TRACES)).trim().split('\n').filter((line) => line.startsWith('/') && !/^\/(etc|var\/lib)\/axion$|^\/etc\/systemd\/system\/axion-.*\.d$/.test(line));
    if (left.length > 0) throw new Error(`left behind: ${left.join(' ')}`);
    await machine.sh(install);
    await load.send(2);
    return load.settle();
  });
};
