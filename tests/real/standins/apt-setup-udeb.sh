#!/bin/sh
# Stand-in for apt-setup: base-installer has written the mirror into sources.list already.
set -e
test -s /target/etc/apt/sources.list
