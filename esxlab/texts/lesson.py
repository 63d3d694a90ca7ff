"""Finding whose something is, and the sheets."""

TEXTS = {
    "command.find.long": (
        (
            "Find whose a student, an address, a MAC, a machine, a router or a port group is.\n\n"
            "WORD is a part of a name, whatever its case and accents; an address is compared whole, a MAC in "
            "any spelling. The class list and the spec are searched; --live asks vSphere too, and changes "
            "nothing."
        ),
        (
            "Trouver à quel groupe est un étudiant, une adresse, une MAC, une machine, un routeur ou un "
            "groupe de ports.\n\n"
            "MOT est une partie d'un nom, quels que soient la casse et les accents ; une adresse est "
            "comparée en entier, une MAC dans toutes ses écritures. La recherche porte sur la liste de "
            "classe et la spec ; --live interroge aussi vSphere, et ne change rien."
        ),
    ),
    "option.find_live": (
        "search what is there too: one look at vSphere",
        "chercher aussi dans ce qui est en place : un regard sur vSphere",
    ),
    "metavar.word": ("WORD", "MOT"),
    "column.find_kind": ("what", "quoi"),
    "column.whose": ("whose", "à qui"),
    "column.value": ("value", "valeur"),
    "column.place": ("found in", "trouvé dans"),
    "find.kind.student": ("student", "étudiant"),
    "find.kind.mail": ("mail", "courriel"),
    "find.kind.login": ("login", "identifiant"),
    "find.kind.machine": ("machine", "machine"),
    "find.kind.address": ("address", "adresse"),
    "find.kind.mac": ("MAC", "MAC"),
    "find.kind.router": ("router", "routeur"),
    "find.kind.port_group": ("port group", "groupe de ports"),
    "find.place.list": ("class list", "liste de classe"),
    "find.place.spec": ("spec", "spec"),
    "find.place.there": ("vSphere", "vSphere"),
    "find.nothing": ("nothing has `{word}` in it", "rien ne contient « {word} »"),
}
