#!/bin/sh
# Stand-in for cdrom-detect and its kernel modules: the image in the drive, as a CD's installer has it at /cdrom.
# And no random addresses, for which esxlab's boot menu has no word: an emulated machine is slow with them.
echo 0 > /proc/sys/kernel/randomize_va_space
modprobe scsi_mod
for module in libata libahci ahci cdrom sr_mod isofs; do
  find /opt/standin/modules -name "$module.ko" -exec insmod {} \;
done
tries=0
until mount -t iso9660 -o ro /dev/sr0 /cdrom 2> /dev/null; do
  tries=$((tries + 1))
  [ $tries -lt 60 ] || exit 1
  sleep 1
done
