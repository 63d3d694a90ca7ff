#!/bin/sh
# Stand-in for run-debootstrap, which shows debootstrap's progress: here its words go into the log.
unset DEBIAN_HAS_FRONTEND DEBIAN_FRONTEND DEBCONF_FRONTEND DEBCONF_REDIR
for word; do
  shift
  test "$word" = --debian-installer || set -- "$@" "$word"
done
exec debootstrap "$@"
