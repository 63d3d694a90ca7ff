"""Disks that a teacher has as files: what they are, and the same as one sparse VMDK, which any host imports.

Only files on this computer. Layouts: VMware, "Virtual Disk Format 5.0" (2011); DMTF DSP0243, OVF 1.1.0.
"""
