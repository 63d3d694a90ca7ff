"""Texts of the locks on groups and routers."""

TEXTS = {
    "error.lock.held": (
        "{who} is at work here since {since} (last sign of life {refreshed})",
        "{who} travaille ici depuis {since} (dernier signe de vie {refreshed})",
    ),
    "error.lock.held.fix": (
        (
            "wait with `--lock-wait 600`; if that run is dead, its lock ends by itself at {expires}; "
            "to break it now: `esxlab unlock --group {group}`"
        ),
        (
            "attendez avec `--lock-wait 600` ; si cette exécution a été interrompue brutalement, son "
            "verrou tombe de lui-même à {expires} ; pour le lever maintenant : `esxlab unlock "
            "--group {group}`"
        ),
    ),
    "error.lock.held_here": (
        "another esxlab on this computer is at work here ({who})",
        "un autre esxlab travaille ici sur cet ordinateur ({who})",
    ),
    "error.lock.held_here.fix": (
        "let it end, or wait with `--lock-wait 600`",
        "laissez-le finir, ou attendez avec `--lock-wait 600`",
    ),
    "error.lock.writing": (
        "another esxlab on this computer has been writing this file for more than 10 seconds",
        "un autre esxlab de cet ordinateur écrit ce fichier depuis plus de 10 secondes",
    ),
    "error.lock.writing.fix": (
        "run the same command again; if it stays so, end that esxlab",
        "relancez la même commande ; si rien ne change, arrêtez cet esxlab",
    ),
    "error.lock.passing": (
        "the lock {lock} is just changing hands",
        "le verrou {lock} est en cours de transfert",
    ),
    "error.lock.passing.fix": (
        "run the same command again in a minute; to break it now: `esxlab unlock --group {group}`",
        (
            "relancez la même commande dans une minute ; pour le lever maintenant : "
            "`esxlab unlock --group {group}`"
        ),
    ),
    "error.lock.lost": (
        "the lock {lock} was lost to somebody else ({who}): no further step was begun",
        (
            "le verrou {lock} a été perdu au profit de quelqu'un d'autre ({who}) : aucune autre "
            "étape n'a commencé"
        ),
    ),
    "error.lock.lost.fix": (
        ("find out who works on this group; then run the same command again: it goes on where it stopped"),
        (
            "voyez qui travaille sur ce groupe ; relancez ensuite la même commande : elle reprend où "
            "elle en était"
        ),
    ),
    "error.lock.local": (
        "esxlab cannot use its own file for locks",
        "esxlab ne peut pas utiliser son propre fichier de verrous",
    ),
    "error.lock.local.fix": (
        "make the directory of this file writable, or point XDG_DATA_HOME and XDG_STATE_HOME elsewhere",
        (
            "rendez le dossier de ce fichier inscriptible, ou faites pointer XDG_DATA_HOME et "
            "XDG_STATE_HOME ailleurs"
        ),
    ),
    "error.plan.overtaken": (
        "somebody has changed this group since the plan was made; nothing was done for it",
        "quelqu'un a changé ce groupe depuis le calcul du plan ; rien n'a été fait pour lui",
    ),
    "error.plan.overtaken.fix": (
        "run the same command again: it makes a new plan",
        "relancez la même commande : elle fait un nouveau plan",
    ),
    "option.lock_wait": (
        "wait so many seconds for groups that somebody else works on",
        "durée d'attente, en secondes, des groupes sur lesquels quelqu'un d'autre travaille",
    ),
    "command.unlock.long": (
        (
            "Break the locks of groups whose run is dead.\n\n"
            "Shows who holds each, and asks. A run that is still alive notices before its next step, "
            "and stops. Locks of dead runs end by themselves after two minutes."
        ),
        (
            "Lever les verrous de groupes dont l'exécution a été interrompue brutalement.\n\n"
            "Montre qui tient chacun, et demande. Une exécution encore vivante le remarque avant "
            "l'étape suivante, et s'arrête. Les verrous des exécutions interrompues tombent "
            "d'eux-mêmes au bout de deux minutes."
        ),
    ),
    "unlock.none": (
        "no group is locked",
        "aucun groupe n'est verrouillé",
    ),
    "unlock.held": (
        "group {group}: {who} since {since}, last sign of life {refreshed}",
        "groupe {group} : {who} depuis {since}, dernier signe de vie {refreshed}",
    ),
    "unlock.broken": (
        "group {group}: unlocked",
        "groupe {group} : déverrouillé",
    ),
    "confirm.unlock": (
        "Break these locks?",
        "Lever ces verrous ?",
    ),
    "error.usage.unlock_groups": (
        "which groups?",
        "quels groupes ?",
    ),
    "error.usage.unlock_groups.fix": (
        "name them: `esxlab unlock --group 7`",
        "nommez-les : `esxlab unlock --group 7`",
    ),
}
