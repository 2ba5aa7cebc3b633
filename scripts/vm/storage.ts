/** Shell scripts that make storage in the machine: an NFS server and a Ceph cluster of one node. */

/** What a base image of the machine takes for both. */
export const STORAGE_PACKAGES = ['nfs-kernel-server', 'nfs-common', 'ceph-mon', 'ceph-osd', 'ceph-common', 'uuid-runtime'];

/** What is missing for NFS; nothing when it can be had. */
export const NFS_LACKS = `
for program in exportfs mount.nfs; do command -v $program >/dev/null || echo $program; done
for module in nfs nfsd; do modprobe $module 2>/dev/null || grep -qw $module /proc/filesystems || echo the kernel module $module; done`;

export const EXPORTED = '/srv/export';
/** Whoever writes is one user there, as storage for many nodes has it. */
export const NFS_SERVER = `
set -e
mkdir -p ${EXPORTED} && chown 65534:65534 ${EXPORTED}
echo '${EXPORTED} 127.0.0.0/8(rw,sync,no_subtree_check,all_squash)' >/etc/exports
systemctl restart nfs-server
exportfs -ra`;
export const NFS_AWAY = 'systemctl stop nfs-server && ! systemctl is-active -q nfs-server';
export const NFS_BACK = 'systemctl start nfs-server';

/** The BIOS knows disks alone that it may boot from, and a volume is none: made one by hand, which the agent's next start of the machine keeps. */
export const shownToBios = (id: string): string => `
virsh -q dumpxml --inactive ${id} | sed "s#<target dev='vdb' bus='virtio'/>#&<boot order='2'/>#" >/root/${id}.xml
virsh -q define /root/${id}.xml && virsh -q destroy ${id}`;

export const CEPH_LACKS = `
for program in ceph-mon ceph-osd rbd; do command -v $program >/dev/null || echo $program; done
modprobe rbd 2>/dev/null || echo the kernel module rbd`;

/** One monitor, one store in a file, no copies. */
export const CEPH_CLUSTER = `
set -e
fsid=$(uuidgen)
cat >/etc/ceph/ceph.conf <<C
[global]
fsid = $fsid
mon initial members = a
mon host = [v2:127.0.0.1:3300,v1:127.0.0.1:6789]
public network = 127.0.0.0/8
osd pool default size = 1
osd pool default min size = 1
osd crush chooseleaf type = 0
mon allow pool size one = true
mon data avail crit = 1
mon data avail warn = 2
[osd]
bluestore block size = 2147483648
osd memory target = 939524096
osd crush update on start = false
C
cd /var/lib/ceph
ceph-authtool --create-keyring mon.keyring --gen-key -n mon. --cap mon 'allow *'
ceph-authtool --create-keyring /etc/ceph/ceph.client.admin.keyring --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' --cap mds 'allow *'
ceph-authtool mon.keyring --import-keyring /etc/ceph/ceph.client.admin.keyring
monmaptool --create --addv a '[v2:127.0.0.1:3300,v1:127.0.0.1:6789]' --fsid $fsid monmap
install -d -o ceph -g ceph mon/ceph-a osd/ceph-0
chown ceph mon.keyring monmap
ceph-mon --mkfs -i a --monmap monmap --keyring mon.keyring --setuser ceph --setgroup ceph
systemctl enable -q --now ceph-mon@a
timeout 600 ceph -s >/dev/null
id=$(uuidgen) key=$(ceph-authtool --gen-print-key)
echo "{\\"cephx_secret\\": \\"$key\\"}" | ceph osd new $id -i -
ceph-authtool --create-keyring osd/ceph-0/keyring --name osd.0 --add-key $key
chown ceph:ceph osd/ceph-0/keyring
ceph-osd -i 0 --mkfs --osd-uuid $id --setuser ceph --setgroup ceph
ceph osd crush add osd.0 1.0 root=default
systemctl enable -q --now ceph-osd@0
ceph osd pool create rbd 8 8
timeout 900 rbd pool init rbd`;
export const CEPH_AWAY = 'systemctl stop ceph-osd@0 ceph-mon@a';
export const CEPH_BACK = 'systemctl start ceph-mon@a ceph-osd@0';

/** What an operator gives the unit for Ceph: docs/operate/volumes.md. */
export const CEPH_RIGHTS = `
set -e
mkdir -p /etc/systemd/system/axion-workload-executor.service.d
cat >/etc/systemd/system/axion-workload-executor.service.d/ceph.conf <<U
[Service]
CapabilityBoundingSet=CAP_SYS_ADMIN CAP_DAC_OVERRIDE
AmbientCapabilities=CAP_SYS_ADMIN CAP_DAC_OVERRIDE
ProtectKernelTunables=no
PrivateDevices=no
DeviceAllow=block-rbd rw
RestrictAddressFamilies=AF_NETLINK
SystemCallFilter=@keyring
U
systemctl daemon-reload
systemctl restart axion-workload-executor
systemd-analyze security --no-pager axion-workload-executor 2>/dev/null | tail -n 1`;
export const NO_CEPH_RIGHTS = `
rm -r /etc/systemd/system/axion-workload-executor.service.d
systemctl daemon-reload
systemctl restart axion-workload-executor`;
