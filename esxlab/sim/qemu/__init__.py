"""Engine qemu, the truth lab: the machines are real Debian, booted from the disks that esxlab copied."""
