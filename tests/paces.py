"""How long things take in the torture: nothing, as long as they do on a good day, and on a bad one."""

from __future__ import annotations

from esxlab.sim.conditions import Pace

SPEED = 20.0
"""Of the guests' clock: a shutdown of 30 s takes 1.5 s of ours, longer than a command needs to look at it."""
AT_ONCE = "at once"
PACES = {
    AT_ONCE: Pace(boot_s=0.0),
    "5 s": Pace(boot_s=5.0, shutdown_s=5.0, copy_s=5.0, task_s=1.0),
    "30 s": Pace(boot_s=30.0, shutdown_s=30.0, copy_s=30.0, task_s=4.0, tools_late_s=5.0),
    "stale": Pace(boot_s=5.0, shutdown_s=30.0, copy_s=5.0, tools_stale_s=20.0),
}
"""Name -> pace. `stale`: Tools tell the old address for longer than the machine needs to boot."""
TIMELY = frozenset(
    {
        "CopyVirtualDisk_Task",
        "CreateVM_Task",
        "ReconfigVM_Task",
        "PowerOnVM_Task",
        "PowerOffVM_Task",
        "ShutdownGuest",
        "Destroy_Task",
        "DeleteDatastoreFile_Task",
    }
)
"""What goes on when the command that asked for it is dead: struck at every pace."""
