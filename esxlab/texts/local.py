"""Texts about this user's own files on this computer, and about what this computer may lack."""

TEXTS = {
    "error.format.newer": (
        "this file was made by a newer esxlab (format {format}), which this one does not understand",
        "ce fichier a été fait par un esxlab plus récent (format {format}), que celui-ci ne comprend pas",
    ),
    "error.format.newer.fix": (
        "update esxlab on this computer, then run the same command again; the file stays as it is",
        "mettez à jour esxlab sur cet ordinateur, puis relancez la même commande ; le fichier reste tel quel",
    ),
    "error.local.unwritten": (
        "esxlab cannot write this file",
        "esxlab ne peut pas écrire ce fichier",
    ),
    "error.local.unwritten.fix": (
        (
            "make room, make its directory writable, or name another place: what you named in the command; "
            "of esxlab's own files XDG_DATA_HOME and XDG_STATE_HOME"
        ),
        (
            "faites de la place, rendez son dossier inscriptible ou nommez un autre endroit : celui de la "
            "commande, ou XDG_DATA_HOME et XDG_STATE_HOME pour les fichiers d'esxlab lui-même"
        ),
    ),
    "error.local.no_home": (
        "nothing says where esxlab may keep its files: this user has no home directory",
        "rien ne dit où esxlab peut garder ses fichiers : cet utilisateur n'a pas de répertoire personnel",
    ),
    "error.local.no_home.fix": (
        "set HOME, or XDG_DATA_HOME, to a directory that you can write to",
        "définissez HOME, ou XDG_DATA_HOME, avec un dossier où vous pouvez écrire",
    ),
    "error.local.no_directory": (
        "the directory that this command was started in is gone",
        "le dossier où cette commande a été lancée n'existe plus",
    ),
    "error.local.no_directory.fix": (
        "go to another one with `cd`, and run the same command again",
        "allez dans un autre avec `cd`, puis relancez la même commande",
    ),
    "error.local.output": (
        "the result could not be written",
        "le résultat n'a pas pu être écrit",
    ),
    "error.local.output.fix": (
        "what the command did is done; make room, or send its output elsewhere",
        "ce que la commande a fait est fait ; faites de la place, ou envoyez sa sortie ailleurs",
    ),
    "error.local.files": (
        "this computer lets esxlab open no more files and connections",
        "cet ordinateur ne laisse pas esxlab ouvrir plus de fichiers et de connexions",
    ),
    "error.local.files.fix": (
        "allow more with `ulimit -n 1024`, or do fewer things at once with `--parallel 4`",
        (
            "permettez-en plus avec `ulimit -n 1024`, ou réduisez le nombre d'opérations simultanées "
            "avec `--parallel 4`"
        ),
    ),
    "error.local.processes": (
        "this computer lets esxlab start no more processes or threads",
        "cet ordinateur ne laisse pas esxlab lancer plus de processus ou de fils d'exécution",
    ),
    "error.local.processes.fix": (
        "end other programs or raise `ulimit -u`, or do fewer things at once with `--parallel 4`",
        (
            "fermez des programmes ou augmentez `ulimit -u`, ou réduisez le nombre d'opérations "
            "simultanées avec `--parallel 4`"
        ),
    ),
    "error.local.memory": (
        "this computer has no memory left for esxlab",
        "cet ordinateur n'a plus de mémoire pour esxlab",
    ),
    "error.local.memory.fix": (
        "end other programs, or take fewer groups at once with `--group 1-10`",
        "fermez des programmes, ou prenez moins de groupes à la fois avec `--group 1-10`",
    ),
    "error.local.disk": (
        "esxlab cannot write to a disk of this computer",
        "esxlab ne peut pas écrire sur un disque de cet ordinateur",
    ),
    "error.local.disk.fix": (
        "make room, or make the disk writable, and run the same command again",
        "faites de la place, ou rendez le disque inscriptible, puis relancez la même commande",
    ),
    "error.secret.unwritten": (
        "the file of this user's secrets cannot be written; without it nothing is changed",
        "le fichier des secrets de cet utilisateur ne peut pas être écrit ; sans lui, rien n'est changé",
    ),
    "error.secret.unwritten.fix": (
        "make room, or make its directory writable, or point XDG_DATA_HOME at a directory that is",
        "faites de la place, ou rendez son dossier inscriptible, ou faites pointer XDG_DATA_HOME ailleurs",
    ),
    "error.trust.unwritten": (
        "the file of what is trusted cannot be written; without it nothing is changed",
        "le fichier des identités de confiance ne peut pas être écrit ; sans lui, rien n'est changé",
    ),
    "error.trust.unwritten.fix": (
        "make room, or make its directory writable, or point XDG_DATA_HOME at a directory that is",
        "faites de la place, ou rendez son dossier inscriptible, ou faites pointer XDG_DATA_HOME ailleurs",
    ),
    "error.secret.owner": (
        "the file of this user's secrets belongs to somebody else (user {owner}, not {user}): it is not used",
        (
            "le fichier des secrets appartient à quelqu'un d'autre (utilisateur {owner}, pas {user}) "
            ": il n'est pas lu"
        ),
    ),
    "error.secret.owner.fix": (
        "copy it, so that the copy is yours, or point XDG_DATA_HOME at a directory of yours",
        "copiez-le, pour que la copie soit à vous, ou faites pointer XDG_DATA_HOME sur un dossier à vous",
    ),
    "run.no_journal": (
        "There is no journal of this run, or not all of it: {reason}",
        "Le journal de cette exécution manque, en tout ou en partie : {reason}",
    ),
}
