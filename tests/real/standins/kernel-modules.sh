#!/bin/sh
# Stand-in for the installer's packages of kernel modules.
depmod -a
