"""Packages that are no part of esxlab, and are found as any package from outside is."""
