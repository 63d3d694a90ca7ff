"""The files of this user on this computer: pins, secrets, locks, caches, journals."""
