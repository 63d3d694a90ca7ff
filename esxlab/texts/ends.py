"""Texts of the ends of a lesson: pause, resume, --at."""

TEXTS = {
    "command.pause.long": (
        (
            "Shut down the machines of the groups, or suspend them, until `esxlab resume`. Nothing is "
            "deleted and no router is touched.\n\n"
            "The stations go at once, the servers one after the other from the spec's last to its first, so "
            "that the cluster's addresses do not move before its last node is off. A guest that does not "
            "shut down within 100 s loses its power. The plan is shown first; after an interruption, the "
            "same command goes on. `esxlab status` says `paused`, and provision powers on too."
        ),
        (
            "Arrêter proprement les machines des groupes, ou les suspendre, jusqu'à `esxlab resume`. Rien "
            "n'est supprimé et aucun routeur n'est touché.\n\n"
            "Les postes s'arrêtent tout de suite, les serveurs l'un après l'autre, du dernier de la spec au "
            "premier : les adresses du cluster ne bougent pas avant l'arrêt de son dernier nœud. Un système "
            "invité qui ne s'arrête pas en 100 s est éteint. Le plan est d'abord montré ; après une "
            "interruption, la même commande continue. `esxlab status` dit `en pause`, et provision rallume "
            "aussi."
        ),
    ),
    "command.resume.long": (
        (
            "Power on the machines of paused groups, in the spec's order, and wait until each of them "
            "answers over SSH. Machines that are not there are not made: that is `esxlab provision`.\n\n"
            "Then `esxlab verify` asks the exercise's questions."
        ),
        (
            "Rallumer les machines des groupes en pause, dans l'ordre de la spec, et attendre que chacune "
            "réponde en SSH. Les machines absentes ne sont pas créées : `esxlab provision` s'en charge.\n\n"
            "Ensuite, `esxlab verify` pose les questions du sujet."
        ),
    ),
    "option.suspend": (
        (
            "keep their memory on the datastore instead of shutting down (privilege "
            "VirtualMachine.Interact.Suspend); when they go on, a cluster may take its neighbour for dead "
            "for a moment"
        ),
        (
            "garder leur mémoire sur la banque de données au lieu de les arrêter (privilège "
            "VirtualMachine.Interact.Suspend) ; à la reprise, un cluster peut croire un instant son voisin "
            "mort"
        ),
    ),
    "option.at": (
        "wait until it is this time of day, at most 24 hours; the computer has to stay on, Ctrl-C ends it",
        "attendre cette heure, 24 heures au plus ; l'ordinateur doit rester allumé, Ctrl-C y met fin",
    ),
    "at.agreed": (
        "Do this at {at}, as the groups are then?",
        "Le faire à {at}, selon l'état des groupes à ce moment-là ?",
    ),
    "at.waiting": (
        "Waiting until {at}, for {left}: leave this terminal open. Ctrl-C ends it, and nothing is done.",
        (
            "Attente jusqu'à {at}, pendant {left} : laissez ce terminal ouvert. Ctrl-C y met fin, et rien "
            "n'est fait."
        ),
    ),
    "at.stopped": (
        "Interrupted: nothing was done.",
        "Interruption : rien n'a été fait.",
    ),
    "error.usage.at": (
        "`{value}` is no time of day",
        "« {value} » n'est pas une heure",
    ),
    "error.usage.at.fix": (
        "write it as 17:30",
        "écrivez-la ainsi : 17:30",
    ),
    "error.usage.at_missed": (
        "it is {late} later than {at}: this computer slept, and nothing was done",
        "{at} est dépassé de {late} : cet ordinateur était en veille, et rien n'a été fait",
    ),
    "error.usage.at_missed.fix": (
        "run the command again, without --at or with another time",
        "relancez la commande, sans --at ou avec une autre heure",
    ),
}
