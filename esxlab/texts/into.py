"""Texts of what goes into the machines: run, copy, export, ssh."""

TEXTS = {
    "command.run.long": (
        (
            "Run a command of your own as root on the named machines of the groups, on many at once. "
            "MACHINES are names of the exercise with commas between them (srvweb1,srvweb2), or all.\n\n"
            "One word after -- is a line of sh, with its pipes; several are a command and its arguments. "
            "Exit code 0: all ended with 0. 10: a command ended otherwise, or was cut off. 7 and 8: some "
            "machines, or all, could not be reached. 130: interrupted."
        ),
        (
            "Exécuter votre propre commande, en tant que root, sur les machines citées des groupes, sur "
            "plusieurs à la fois. MACHINES : des noms du sujet séparés par des virgules "
            "(srvweb1,srvweb2), ou all.\n\n"
            "Un seul mot après -- est une ligne de sh, avec ses tubes ; plusieurs sont une commande et ses "
            "arguments. Code de sortie 0 : toutes ont fini par 0. 10 : une commande a fini autrement, ou a "
            "été coupée. 7 et 8 : des machines, ou toutes, sont injoignables. 130 : interruption."
        ),
    ),
    "option.run_timeout": (
        "how long the command may take on a machine; there it is ended then",
        "durée permise à la commande sur une machine ; elle y est ensuite arrêtée",
    ),
    "option.max_output": (
        "how much of a machine's output is taken, in KiB",
        "quantité de sortie prise de chaque machine, en Kio",
    ),
    "option.stdin": (
        "give this standard input to each of the commands (1 MiB at most)",
        "donner cette entrée standard à chacune des commandes (1 Mio au plus)",
    ),
    "metavar.machines": ("MACHINES", "MACHINES"),
    "metavar.command": ("COMMAND", "COMMANDE"),
    "metavar.kib": ("KIB", "KIO"),
    "into.status": ("ended with {status}", "terminée avec {status}"),
    "into.cut.time": (
        "cut off: its time was over (`--timeout`)",
        "coupée : son temps est écoulé (`--timeout`)",
    ),
    "into.cut.size": (
        "cut off: it says more than is taken (`--max-output`); what follows is lost",
        "coupée : elle en dit plus qu'il n'en est pris (`--max-output`) ; la suite est perdue",
    ),
    "into.cut.stopped": ("cut off: interrupted", "coupée : interruption"),
    "into.stopping": (
        "Interrupted: what runs is cut off, nothing else is started. Once more: leave at once.",
        (
            "Interruption : ce qui est en cours est coupé, rien d'autre n'est lancé. Encore une fois : "
            "sortie immédiate."
        ),
    ),
    "into.summary": (
        "{ok} ended with 0, {other} otherwise, {cut} cut off, {lost} without an answer",
        "{ok} terminées avec 0, {other} autrement, {cut} coupées, {lost} sans réponse",
    ),
    "error.guest.stopped": ("interrupted", "interruption"),
    "error.guest.stopped.fix": ("run the same command again", "relancez la même commande"),
    "error.guest.not_there": ("the machine is not there", "la machine n'existe pas"),
    "error.guest.not_there.fix": (
        "`esxlab status` shows what is there, `esxlab provision` makes the rest",
        "`esxlab status` montre ce qui est en place, `esxlab provision` fait le reste",
    ),
    "error.usage.machine": (
        "no group that was chosen has a machine {name}",
        "aucun des groupes choisis n'a de machine {name}",
    ),
    "error.usage.machine.fix": ("there are: {known}; or all", "il y a : {known} ; ou all"),
    "error.usage.stdin": (
        "standard input is larger than {kib} KiB",
        "l'entrée standard dépasse {kib} Kio",
    ),
    "error.usage.stdin.fix": (
        "give less, or bring a file into the machines and read it there",
        "donnez-en moins, ou apportez un fichier sur les machines et lisez-le là",
    ),
}
