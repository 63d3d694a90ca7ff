"""Texts of what goes on already when a command begins."""

TEXTS = {
    "waiting.for": ("waiting: {where}: {what}", "attente, {where} : {what}"),
    "waiting.copy": ("a disk is still being copied", "un disque est encore en cours de copie"),
    "waiting.create": ("a machine is still being created", "une machine est encore en cours de création"),
    "waiting.delete": ("something is still being deleted", "une suppression est encore en cours"),
    "waiting.power": (
        "the machine is just being powered on or off",
        "la machine est en cours d'allumage ou d'extinction",
    ),
    "waiting.reconfigure": (
        "the machine is just being reconfigured",
        "la machine est en cours de reconfiguration",
    ),
    "waiting.shutdown": ("the machine is shutting down", "la machine est en cours d'arrêt"),
    "waiting.snapshot": (
        "a snapshot is just being taken or removed",
        "un instantané est en cours de création ou de suppression",
    ),
    "waiting.other": (
        "a task of the machine is not over yet",
        "une tâche de la machine n'est pas encore terminée",
    ),
}
