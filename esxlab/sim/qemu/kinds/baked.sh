#!/bin/sh
# mmdebstrap's last customize hook for a model that has the packages of both parts in it, from its own mirror.
# From the environment: CARRIED.
set -eu
root=$1

chroot "$root" apt-get -q -y --no-install-recommends install $CARRIED
rm -f "$root/var/lib/heartbeat/hb_uuid"
rm -rf "$root"/usr/share/doc/* "$root"/usr/share/man/* "$root"/var/log/*.log "$root"/var/log/apt/*
