#!/bin/sh
# Stand-in for run-debootstrap, which shows debootstrap's progress: here its words go into the log.
unset DEBIAN_HAS_FRONTEND DEBIAN_FRONTEND DEBCONF_FRONTEND DEBCONF_REDIR
PATH=/sbin:$PATH
for word; do
  shift
  test "$word" = --debian-installer || set -- "$@" "$word"
done
rm -f /tmp/debootstrap-failed
(debootstrap "$@" 2>&1 </dev/null || touch /tmp/debootstrap-failed) | logger -t debootstrap
test ! -e /tmp/debootstrap-failed
