"""A proxy in front of each vcsim: lists calls, refuses what real vSphere refuses, injects faults."""
