#!/bin/sh
# Stand-in for grub-installer: GRUB of a BIOS on the disk that is named, and the kernel's arguments.
set -e
. /usr/share/debconf/confmodule
db_get grub-installer/bootdev
disk=$RET
db_get debian-installer/add-kernel-opts
options=$RET
echo "grub-pc grub-pc/install_devices multiselect $disk" | chroot /target debconf-set-selections
apt-install grub-pc # which installs it on that disk
in-target sed -i "s|^GRUB_CMDLINE_LINUX=.*|GRUB_CMDLINE_LINUX=\"$options\"|; s|^GRUB_TIMEOUT=.*|GRUB_TIMEOUT=1|" /etc/default/grub
in-target update-grub
