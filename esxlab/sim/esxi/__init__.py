"""The shell of a simulated ESXi host: SSH, a real busybox ash, ESXi's own programs on the school's world."""
