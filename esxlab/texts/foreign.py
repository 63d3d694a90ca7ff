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
    "unreadable.encoding": (
        "not text in UTF-8, UTF-16 or another encoding that is known",
        "ce n'est pas du texte en UTF-8, en UTF-16 ou dans un autre encodage connu",
    ),
    "unreadable.charset": (
        "nothing tells its encoding; line {line} may be: {words}",
        "rien ne dit son encodage ; la ligne {line} peut être : {words}",
    ),
    "unreadable.csv": (
        "not CSV: quotes that are not closed, or a line without end (line {line})",
        "ce n'est pas du CSV : guillemets non fermés, ou ligne sans fin (ligne {line})",
    ),
    "unreadable.workbook": (
        "not a workbook that can be read: damaged, with a password, or of another kind",
        "ce n'est pas un classeur lisible : abîmé, protégé par un mot de passe, ou d'un autre format",
    ),
    "unreadable.rows": (
        "more than {rows} rows, or a row of more than {cells} cells (line {line})",
        "plus de {rows} lignes, ou une ligne de plus de {cells} cellules (ligne {line})",
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
