#!/bin/sh
# Stand-in for clock-setup and tzsetup: UTC, and the time zone.
set -e
. /usr/share/debconf/confmodule
db_get time/zone
test -e "/target/usr/share/zoneinfo/$RET"
ln -sf "/usr/share/zoneinfo/$RET" /target/etc/localtime
echo "$RET" >/target/etc/timezone
printf '0.0 0 0.0\n0\nUTC\n' >/target/etc/adjtime
