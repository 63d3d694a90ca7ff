"""esxlab: a class of high-availability labs on VMware ESXi, from one spec."""
