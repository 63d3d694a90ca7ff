#!/bin/sh
# Stand-in for what VMware's Tools are on an ESXi host: under QEMU its own agent tells the machine's address.
apt-install qemu-guest-agent
