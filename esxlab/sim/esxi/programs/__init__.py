"""What ESXi's own programs do, a file for each or for a part of one; registry.py has them by name."""
