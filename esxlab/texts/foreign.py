"""Why a file or an answer that others wrote cannot be used; each stands as the detail of an error."""

TEXTS = {
    "unreadable.kind": (
        "not an ordinary file",
        "ce n'est pas un fichier ordinaire",
    ),
    "unreadable.system": (
        "{words}",
        "{words}",
    ),
    "unreadable.name": (
        "no file can have this name",
        "aucun fichier ne peut porter ce nom",
    ),
    "unreadable.size": (
        "larger than {limit} bytes",
        "plus de {limit} octets",
    ),
    "unreadable.utf8": (
        "not UTF-8 text (from byte {position})",
        "ce n'est pas du texte UTF-8 (à partir de l'octet {position})",
    ),
    "unreadable.json": (
        "not JSON (line {line})",
        "ce n'est pas du JSON (ligne {line})",
    ),
    "unreadable.depth": (
        "nested deeper than {limit}",
        "imbriqué au-delà de {limit} niveaux",
    ),
    "unreadable.number": (
        "a number in it is too large, or none at all",
        "un nombre y est trop grand, ou n'en est pas un",
    ),
    "unreadable.type": (
        "not what this file holds: a value of another type, or a missing one",
        "ce n'est pas le contenu attendu : une valeur d'un autre type, ou absente",
    ),
}
