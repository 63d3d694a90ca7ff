#!/bin/sh
# Stand-in for partman: one root and one swap partition, as its recipe "atomic" makes them.
set -e
. /usr/share/debconf/confmodule
db_get partman-auto/disk
disk=$RET
exec >>/var/log/partman-standin 2>&1
for module in vmw_pvscsi sd_mod ext4; do
  modprobe "$module"
done
update-dev --settle
test "$(blockdev --getsz "$disk")" = "$(cat /opt/standin/sectors)" # the table is made for it
dd if=/opt/standin/table of="$disk" bs=512
blockdev --rereadpt "$disk"
update-dev --settle
LD_LIBRARY_PATH=/opt/standin/lib MKE2FS_CONFIG=/opt/standin/mke2fs.conf /opt/standin/mke2fs -q -F -t ext4 "${disk}1"
mkswap "${disk}2"
swapon "${disk}2"
mkdir -p /target
mount -t ext4 "${disk}1" /target
mkdir -p /target/etc
cat >/target/etc/fstab <<FSTAB
UUID=$(block-attr --uuid "${disk}1") / ext4 errors=remount-ro 0 1
UUID=$(block-attr --uuid "${disk}2") none swap sw 0 0
FSTAB
