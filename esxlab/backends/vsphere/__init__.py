"""vSphere on pyVmomi; only imported by those who are about to connect."""
