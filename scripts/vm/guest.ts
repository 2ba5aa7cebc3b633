/** Shell scripts that run in the machine. */

/** A port of the host at the same port of the machine's loopback, also after a reboot. */
export const forward = (port: number): string => `
printf '[Socket]\\nListenStream=127.0.0.1:${port}\\n[Install]\\nWantedBy=sockets.target\\n' >/etc/systemd/system/host-${port}.socket
printf '[Service]\\nExecStart=/lib/systemd/systemd-socket-proxyd 10.0.2.2:${port}\\n' >/etc/systemd/system/host-${port}.service
systemctl enable -q --now host-${port}.socket
`;

/** The bus's store on a file system that is read-only for everybody: a bind mount alone would be made writable again for the unit. */
export const READ_ONLY_STORE = `
store=/var/lib/axion/bus/store
systemctl stop axion-bus
cp -a $store /root/store-copy
mount -t tmpfs tmpfs $store && cp -a /root/store-copy/. $store/ && chown --reference=/root/store-copy $store && chmod 0700 $store
mount -o remount,ro $store
systemctl start --no-block axion-bus
`;

const STOP = `systemctl stop axion-agent.target 'axion-*.service'`;
const DATA = '/var/lib/axion';

/** A small disk for the agent's data alone, and back. */
export const SMALL_DISK = `
set -e
${STOP}
cp -a ${DATA} /root/data
mount -t tmpfs -o size=160m,mode=0755 tmpfs ${DATA} && cp -a /root/data/. ${DATA}/
systemctl start axion-agent.target
`;
export const LARGE_DISK = `
set -e
${STOP}
rm -r /root/data && cp -a ${DATA} /root/data
umount ${DATA} && find ${DATA} -mindepth 1 -delete && cp -a /root/data/. ${DATA}/ && rm -r /root/data
systemctl start axion-agent.target
`;

/** Leaves nothing to anybody but root. */
export const fill = (file: string): string =>
  `fallocate -l $(df --output=avail -B1 ${file.replace(/\/[^/]*$/, '')} | tail -n 1) ${file} 2>/dev/null || dd if=/dev/zero of=${file} bs=1M 2>/dev/null || :`;

export const IMAGE = '127.0.0.1:5000/axion/busybox:1';

/** What systemd and the agent's units take for slow is usual here; units get it by drop-ins, as from an operator. */
export const PATIENCE = `
mkdir -p /etc/systemd/system.conf.d
printf '[Manager]\\nDefaultTimeoutStartSec=600\\n' >/etc/systemd/system.conf.d/slow.conf
mkdir -p /etc/systemd/system/axion-.service.d
printf '[Service]\\nWatchdogSec=240\\n' >/etc/systemd/system/axion-.service.d/slow.conf
systemctl daemon-reexec
`;

/** A limit of the operator's own. */
export const DROP_IN = `
mkdir -p /etc/systemd/system/axion-health-endpoint.service.d
printf '[Service]\\nMemoryMax=300M\\n' >/etc/systemd/system/axion-health-endpoint.service.d/operator.conf
systemctl daemon-reload
`;
export const DROP_IN_HOLDS = `[ "$(systemctl show -p MemoryMax --value axion-health-endpoint)" = ${300 * 1024 * 1024} ]`;

/** How long the machine took to start, and the agent's units in that. */
export const STARTED = `
systemd-analyze time --no-pager 2>/dev/null | head -n 1
systemd-analyze blame --no-pager 2>/dev/null | grep -E ' (axion-.*|docker|containerd)\\.service'
systemd-analyze critical-chain --no-pager axion-agent.target 2>/dev/null | tail -n +4`;

/** A swarm of one node and a registry with one image. */
export const PREPARE_DOCKER = `
set -e
docker swarm init --advertise-addr 10.77.0.11 >/dev/null 2>&1 || docker swarm init --advertise-addr eth0 >/dev/null
cat >/etc/registry.yml <<'Y'
version: 0.1
storage: { filesystem: { rootdirectory: /srv/registry } }
http: { addr: 127.0.0.1:5000 }
Y
chmod +x /root/docker-registry
printf '[Service]\\nExecStart=/root/docker-registry serve /etc/registry.yml\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/registry.service
systemctl enable -q --now registry
mkdir -p /tmp/image/bin && cp /bin/busybox /tmp/image/bin/ && for tool in sh sleep echo; do ln -sf busybox /tmp/image/bin/$tool; done
tar -C /tmp/image -c . | docker import - ${IMAGE} >/dev/null
for try in 1 2 3 4 5 6 7 8 9 10; do docker push -q ${IMAGE} >/dev/null 2>&1 && exit 0; sleep 2; done; exit 1
`;

/** Succeeds when the agent says that it does its job. */
export const READY = `curl -fsS -m 30 -o /dev/null http://127.0.0.1:8080/readyz && [ "$(systemctl is-active axion-agent.target)" = active ]`;

/** One line a process of the agent: unit, state, user, and what the kernel says of its cage. */
export const PROCESSES = `
for unit in $(systemctl list-units --plain --no-legend 'axion-*.service' | cut -d ' ' -f 1); do
  pid=$(systemctl show -p MainPID --value $unit)
  printf '%-36s %-7s %-24s NoNewPrivs=%s Seccomp=%s CapBnd=%s\\n' $unit $(systemctl is-active $unit) $(ps -o user:24= -p $pid) $(sed -n 's/^NoNewPrivs:.//p' /proc/$pid/status) $(sed -n 's/^Seccomp:.//p' /proc/$pid/status) $(sed -n 's/^CapBnd:.//p' /proc/$pid/status)
done`;

export const SECURITY = `systemd-analyze security --no-pager 2>/dev/null | grep -E '^axion-' | awk '{ printf "%-40s %s %s\\n", $1, $2, $3 }'`;

/** Everything outside the data of others that the agent could have left. */
export const TRACES = `
find /etc /opt /usr/local /var/lib /run /var/log -xdev \\( -name 'axion*' -o -name '*axion-*' \\) -not -path '/var/lib/docker/*' -not -path '/var/log/journal/*' -not -path '/run/docker*' -not -path '/run/systemd/*' -not -path '/etc/systemd/system/axion-.service.d*' 2>/dev/null
getent passwd | grep -E '^axion' || :
getent group | grep -E '^axion' || :
systemctl list-unit-files --no-legend 'axion-*' || :
pgrep -fa /opt/axion || :`;
