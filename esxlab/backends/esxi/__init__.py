"""A lone ESXi host by its own shell, over SSH: the write path for the free licence, whose API only reads."""
