"""A lone ESXi host by its own shell, over SSH: the road for the free licence, whose API only reads."""
