#!/bin/sh
# Stand-in for user-setup: root's crypted password.
set -e
. /usr/share/debconf/confmodule
db_get passwd/root-password-crypted
printf 'root:%s\n' "$RET" | chroot /target chpasswd -e
