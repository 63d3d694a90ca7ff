#!/bin/sh
# mmdebstrap's customize hook: turns the fresh system in $1 into modeleD9.
# From the environment: MODEL (this directory), CARRIED (packages of its mirror).
set -eu
root=$1

cp -R "$MODEL/overlay/." "$root/"
chown -R 0:0 "$root/etc"
echo masterGr0 >"$root/etc/hostname"
printf '127.0.0.1\tlocalhost\n127.0.1.1\tmasterGr0\n' >"$root/etc/hosts"

# a mirror of its own, and no other
mkdir -p "$root/srv/mirror"
chroot "$root" apt-get -q -y --no-install-recommends --download-only -o Dir::Cache::archives=/srv/mirror install $CARRIED
rm -rf "$root/srv/mirror/partial" "$root/srv/mirror/lock"

# What the carried packages depend on is installed already: unpacking it costs an emulated machine minutes.
needed=$(cd "$root/srv/mirror" && ls -- *.deb | sed 's/_.*//' | sort -u)
carried=
for package in $CARRIED; do
  if echo "$needed" | grep -qx -- "$package"; then
    carried="$carried $package"
    needed=$(echo "$needed" | grep -vx -- "$package")
  fi
done
chroot "$root" apt-get -q -y --no-install-recommends install $needed
chroot "$root" apt-mark auto $needed >/dev/null

# Apache sets itself up by two dozen Perl programs, and the cluster's packages make users: an emulated machine takes
# minutes for it. So they have been here once, as on many a machine: configuration and users stay when they go, and
# they are set up in seconds when they come back.
chroot "$root" apt-get -q -y --no-install-recommends install $carried
chroot "$root" apt-get -q -y remove $carried
rm -rf "$root/var/www/html" "$root/var/lib/heartbeat/hb_uuid"

(cd "$root/srv/mirror" && dpkg-scanpackages --multiversion . >Packages 2>/dev/null)
rm -f "$root"/etc/apt/sources.list.d/* "$root"/etc/apt/apt.conf.d/99mmdebstrap
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*
mkdir -p "$root/var/cache/apt/archives/partial" "$root/var/lib/apt/lists/partial"
echo 'deb [trusted=yes] file:/srv/mirror ./' >"$root/etc/apt/sources.list"
chroot "$root" apt-get -q update

# nothing that a server in a lab does not need at boot
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
  fstrim.timer systemd-tmpfiles-clean.timer systemd-hwdb-update.service systemd-pstore.service \
  systemd-journal-catalog-update.service systemd-update-done.service systemd-random-seed.service \
  systemd-networkd.service systemd-binfmt.service getty@tty1.service getty-static.service getty.target \
  sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount dev-mqueue.mount \
  systemd-remount-fs.service keyboard-setup.service console-setup.service systemd-udev-settle.service \
  modprobe@configfs.service modprobe@drm.service modprobe@fuse.service modprobe@dm_mod.service \
  modprobe@loop.service modprobe@efi_pstore.service systemd-update-utmp.service \
  systemd-update-utmp-runlevel.service sys-fs-fuse-connections.mount \
  sys-kernel-config.mount systemd-ask-password-console.path systemd-ask-password-wall.path; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
mkdir -p "$root/etc/systemd/system-generators" "$root/etc/udev/rules.d"
for generator in systemd-cryptsetup-generator systemd-gpt-auto-generator systemd-hibernate-resume-generator \
  systemd-rc-local-generator systemd-run-generator systemd-system-update-generator systemd-veritysetup-generator \
  systemd-integritysetup-generator systemd-getty-generator systemd-debug-generator systemd-bless-boot-generator; do
  ln -sf /dev/null "$root/etc/systemd/system-generators/$generator"
done
for rule in "$root"/usr/lib/udev/rules.d/*; do
  case ${rule##*/} in
    50-udev-default.rules|60-qemu-guest-agent.rules|75-net-description.rules|80-net-setup-link.rules|99-systemd.rules|\
73-special-net-names.rules|80-drivers.rules|80-ifupdown.rules) ;;
    *) ln -sf /dev/null "$root/etc/udev/rules.d/${rule##*/}" ;;
  esac
done
rm -f "$root"/etc/udev/hwdb.bin "$root"/usr/lib/udev/hwdb.bin
printf 'blacklist %s\n' bochs drm i2c_i801 lpc_ich pcspkr psmouse mousedev evdev iTCO_wdt qemu_fw_cfg \
  >"$root/etc/modprobe.d/school.conf"

# the small initrd, and where the boot loader finds kernel and initrd whatever their version
version=$(ls "$root/lib/modules")
initrd="$root/tmp/initrd"
mkdir -p "$initrd/bin" "$initrd/dev" "$initrd/proc" "$initrd/root"
cp "$root/bin/busybox" "$initrd/bin/busybox"
cp "$MODEL/initrd-init" "$initrd/init"
chmod 755 "$initrd/init"
chroot "$root" sh -c "for m in vmw_pvscsi sd_mod ext4; do modprobe -S $version -a -D \$m; done" |
  awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$initrd/modules"
while read -r module; do
  mkdir -p "$initrd/${module%/*}"
  cp "$root/$module" "$initrd/$module"
done <"$initrd/modules"
chroot "$root" sh -c 'cd /tmp/initrd && find . | sort | busybox cpio -o -H newc 2>/dev/null' | gzip -9 >"$root/boot/initrd.school"
ln -sf "vmlinuz-$version" "$root/boot/vmlinuz.school"
rm -f "$root/boot/initrd.img-$version"

# what must not be the same on every copy, and what nobody reads
rm -f "$root"/etc/ssh/ssh_host_* "$root/var/lib/dbus/machine-id" "$root"/var/log/*.log "$root"/var/log/apt/*
: >"$root/etc/machine-id"
rm -rf "$root"/usr/share/doc/* "$root"/usr/share/man/* "$root"/usr/share/info/*
find "$root/usr/share/locale" -mindepth 1 -maxdepth 1 -exec rm -rf {} +
rm -rf "$initrd"
: >"$root/etc/resolv.conf"
