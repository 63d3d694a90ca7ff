#!/bin/sh
# mmdebstrap's customize hook for a model of another kind, before customize.sh closes its mirror.
# From the environment: LOCALE, SHELL_OF_ROOT, KEYBOARD.
set -eu
root=$1

if [ "$KEYBOARD" = azerty ]; then # as the French installer leaves it
  cat >"$root/etc/default/keyboard" <<'END'
XKBMODEL="pc105"
XKBLAYOUT="fr"
XKBVARIANT="latin9"
XKBOPTIONS=""
BACKSPACE="guess"
END
  chroot "$root" apt-get -q -y --no-install-recommends install keyboard-configuration
fi
if [ "$LOCALE" != C ]; then
  echo "$LOCALE UTF-8" >"$root/etc/locale.gen"
  chroot "$root" apt-get -q -y --no-install-recommends install locales
  chroot "$root" locale-gen
  chroot "$root" update-locale "LANG=$LOCALE"
fi
chroot "$root" usermod --shell "$(chroot "$root" sh -c "command -v $SHELL_OF_ROOT")" root
