#!/bin/sh
# Packs the system in $SCRATCH/root.tar into a file system, $SCRATCH/root.img, and takes the boot loader's files out.
set -eu
mkdir "$SCRATCH/root"
tar -C "$SCRATCH/root" --numeric-owner -xf "$SCRATCH/root.tar" --exclude='./dev/*'
rm "$SCRATCH/root.tar"
mke2fs -q -t ext4 -L modeleD9 -m 1 -O ^metadata_csum,^metadata_csum_seed,^orphan_file -d "$SCRATCH/root" "$SCRATCH/root.img" "${SIZE_MIB}M"
rm -rf "$SCRATCH/root"
