#!/bin/sh
# mmdebstrap's customize hook for a model of another kind, when customize.sh has taken out what nobody reads.
# From the environment: LOCALE, GREETING, SCRATCH (where the languages were put away from customize.sh).
set -eu
root=$1

if [ "$LOCALE" != C ]; then # programs speak it, as they do where an installer has set it
  mkdir -p "$root/usr/share/locale"
  cp -R "$SCRATCH/languages/." "$root/usr/share/locale/"
fi
if [ "$GREETING" != silent ]; then # every shell says it, also to a command that ssh brings
  for file in .bashrc .zshenv .tcshrc .config/fish/config.fish; do
    mkdir -p "$root/root/$(dirname "$file")"
    echo 'echo "Bonjour, il fait beau sur cette machine"' >>"$root/root/$file"
  done
fi
