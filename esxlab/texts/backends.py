"""Texts of the end points and credentials."""

TEXTS = {
    "place.group": ("group {number}", "groupe {number}"),
    "error.guest.no_place": (
        "a machine gives {address} as its address, which leads to this computer or to nobody",
        "une machine annonce l'adresse {address}, qui mène à cet ordinateur ou ne mène à personne",
    ),
    "error.guest.no_place.fix": (
        "nothing was sent; look at the machine's own addresses, and at who changed what it reports",
        (
            "rien n'a été envoyé ; regardez les adresses de la machine, et cherchez qui a changé ce "
            "qu'elle annonce"
        ),
    ),
    "error.secret.missing": (
        "the {kind} password is not known, and there is no terminal to ask for it",
        "il manque un mot de passe ({kind}), et il n'y a pas de terminal pour le demander",
    ),
    "error.secret.missing.fix": (
        (
            "set the environment variable {variable}, or {variable}_COMMAND to a command that prints it, "
            "or, with esxlab[keyring], keep it with `keyring set esxlab {kind}`"
        ),
        (
            "définissez la variable d'environnement {variable}, ou {variable}_COMMAND avec une commande qui "
            "l'affiche, ou, avec esxlab[keyring], gardez-le par `keyring set esxlab {kind}`"
        ),
    ),
    "error.secret.variable_empty": (
        "{variable} is set but empty, and nothing else tells the {kind} password",
        "{variable} est définie mais vide, et rien d'autre ne donne ce mot de passe ({kind})",
    ),
    "error.secret.variable_empty.fix": (
        "give {variable} its value (`read -rs {variable}; export {variable}`), or unset it and be asked",
        "donnez sa valeur à {variable} (`read -rs {variable}; export {variable}`), ou supprimez-la",
    ),
    "error.secret.empty": (
        "no password was given: nothing is sent",
        "aucun mot de passe n'a été donné : rien n'est envoyé",
    ),
    "error.secret.empty.fix": (
        "run the same command again and type it, or set the variable that is named here",
        "relancez la même commande et saisissez-le, ou définissez la variable nommée ici",
    ),
    "error.secret.line_end": (
        "the password ends in the end of a line (a carriage return?): not sent, it would be a wrong try",
        "le mot de passe finit par une fin de ligne (un retour chariot ?) : non envoyé, il serait refusé",
    ),
    "error.secret.line_end.fix": (
        "was the file that it comes from written on Windows? save it with Unix line ends, or type it",
        (
            "le fichier d'où il vient a-t-il été écrit sous Windows ? enregistrez-le avec des fins de ligne "
            "Unix, ou saisissez-le"
        ),
    ),
    "error.secret.encoding": (
        "the password is not in UTF-8: not sent, it would be a wrong try",
        "le mot de passe n'est pas en UTF-8 : non envoyé, il serait refusé",
    ),
    "error.secret.encoding.fix": (
        "is the file that it comes from in ISO-8859-1, or the terminal? save it in UTF-8, or type it",
        "le fichier d'où il vient, ou le terminal, est-il en ISO-8859-1 ? passez en UTF-8, ou saisissez-le",
    ),
    "error.secret.control": (
        "the password holds a control character: not sent, it would be a wrong try",
        "le mot de passe contient un caractère de contrôle : non envoyé, il serait refusé",
    ),
    "error.secret.control.fix": (
        "a key that the terminal did not understand (an arrow, Ctrl-V) leaves one: type it again",
        "une touche que le terminal n'a pas comprise (une flèche, Ctrl-V) en laisse un : ressaisissez-le",
    ),
    "error.secret.command": (
        "the command that should print the password did not ({program}: {status})",
        "la commande qui devait afficher le mot de passe ne l'a pas fait ({program} : {status})",
    ),
    "error.secret.command.fix": (
        "type that command yourself: it must end with status 0 and print the password as its first line",
        (
            "tapez cette commande vous-même : elle doit finir avec le code 0 et afficher le mot de passe en "
            "première ligne"
        ),
    ),
}
