"""Texts about the records of groups: what a file on a datastore says, and must not decide."""

TEXTS: dict[str, tuple[str, str]] = {
    "error.record.elsewhere": (
        "the record of this group says that its home is on {host}, not on {here}; nothing was sent there",
        "la fiche de ce groupe désigne {host} comme son serveur, et non {here} ; rien n'y a été envoyé",
    ),
    "error.record.elsewhere.fix": (
        (
            "if {host} is a server of yours: `{command}`. If not, somebody has changed {file}: move that "
            "file away, and the same command goes by the group's marks alone"
        ),
        (
            "si {host} est bien un de vos serveurs : `{command}`. Sinon, quelqu'un a modifié {file} : "
            "déplacez ce fichier, et la même commande se fiera aux seules marques du groupe"
        ),
    ),
    "error.record.newer": (
        "{file} was made by a newer esxlab (format {format}), which this one does not understand",
        "{file} a été fait par un esxlab plus récent (format {format}), que celui-ci ne comprend pas",
    ),
    "error.record.newer.fix": (
        "update esxlab on this computer, then run the same command again",
        "mettez à jour esxlab sur cet ordinateur, puis relancez la même commande",
    ),
    "error.record.refused": (
        "{file} holds something that esxlab would not have written (`{key}`): nothing in it is believed",
        (
            "{file} contient quelque chose qu'esxlab n'aurait pas écrit (`{key}`) : rien de ce "
            "fichier n'est tenu pour vrai"
        ),
    ),
    "error.record.refused.fix": (
        (
            "see who has changed it and what it says, and put it right. If nobody can, move it away: then "
            "teardown goes by the group's marks alone; the port groups and router lines that it leaves are "
            "to be removed by hand before the next provision"
        ),
        (
            "regardez qui l'a modifié et ce qu'il dit, et rétablissez-le. Si personne ne le peut, "
            "déplacez-le : `esxlab teardown` se fiera alors aux seules marques du groupe ; les groupes de "
            "ports et les lignes du routeur qu'il laissera seront à supprimer à la main avant le prochain "
            "`esxlab provision`"
        ),
    ),
    "error.record.torn": (
        (
            "{file} is empty or cut off, and the group's machines are there: which port groups and router "
            "lines are the group's own is not known any more"
        ),
        (
            "{file} est vide ou tronqué alors que les machines du groupe existent : on ne sait plus quels "
            "groupes de ports et quelles lignes du routeur sont à ce groupe"
        ),
    ),
    "error.record.torn.fix": (
        (
            "put the file back from a copy, if there is one. Otherwise take the group away with teardown, "
            "and remove by hand the port groups and router lines that it leaves; then provision writes it "
            "anew"
        ),
        (
            "remettez le fichier depuis une copie, s'il y en a une. Sinon, retirez le groupe avec `esxlab "
            "teardown`, et supprimez à la main les groupes de ports et les lignes du routeur qu'il laisse ; "
            "`esxlab provision` le réécrira ensuite"
        ),
    ),
    "error.record.lost": (
        (
            "{file} is gone, and the group's machines are there: which port groups and router lines are the "
            "group's own is not known any more"
        ),
        (
            "{file} a disparu alors que les machines du groupe existent : on ne sait plus quels groupes de "
            "ports et quelles lignes du routeur sont à ce groupe"
        ),
    ),
    "error.record.lost.fix": (
        (
            "put the file back from a copy, if there is one. Otherwise take the group away with teardown, "
            "and remove by hand the port groups and router lines that it leaves; then provision writes it "
            "anew"
        ),
        (
            "remettez le fichier depuis une copie, s'il y en a une. Sinon, retirez le groupe avec `esxlab "
            "teardown`, et supprimez à la main les groupes de ports et les lignes du routeur qu'il laisse ; "
            "`esxlab provision` le réécrira ensuite"
        ),
    ),
    "error.router.only_in_record": (
        "only the group's record names the router {host}; no password was sent there, its lines stay",
        (
            "seule la fiche du groupe nomme le routeur {host} ; aucun mot de passe n'y a été envoyé, ses "
            "lignes restent"
        ),
    ),
    "error.router.only_in_record.fix": (
        (
            "look whether it is your router, in every part of its address; if it is: `{command}`, then the "
            "same command again"
        ),
        (
            "vérifiez, partie par partie, que cette adresse est bien celle de votre routeur ; si oui : "
            "`{command}`, puis relancez la même commande"
        ),
    ),
    "error.usage.router": (
        "`{router}` is not the address of a router",
        "`{router}` n'est pas l'adresse d'un routeur",
    ),
    "error.usage.router.fix": (
        (
            "write it as ssh://admin@10.0.0.7#SERIALNUMBER, with telnet:// or with serial:///dev/ttyUSB0; a "
            "port goes behind the host"
        ),
        (
            "écrivez ssh://admin@10.0.0.7#NUMÉRODESÉRIE, ou avec telnet://, ou serial:///dev/ttyUSB0 ; un "
            "port se met derrière l'hôte"
        ),
    ),
}
