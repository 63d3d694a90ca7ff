"""Texts about bugs of esxlab itself."""

from __future__ import annotations

TEXTS = {
    "error.bug.unexpected": (
        "esxlab met something that it does not know how to handle ({kind}): this is a bug in esxlab",
        "esxlab a rencontré quelque chose qu'il ne sait pas traiter ({kind}) : c'est un bogue d'esxlab",
    ),
    "error.bug.unexpected.fix": (
        (
            "what else the command does goes on without it; report the bug with the file that is named at "
            "the end, then run the same command again"
        ),
        (
            "le reste de la commande continue sans cela ; signalez le bogue avec le fichier nommé à la fin, "
            "puis relancez la même commande"
        ),
    ),
    "bug.report": (
        (
            "A bug in esxlab was met. Please report it, with this file (it holds the traceback and no "
            "password): {path}"
        ),
        (
            "Un bogue d'esxlab a été rencontré. Merci de le signaler, avec ce fichier (il contient la trace "
            "de l'erreur et aucun mot de passe) : {path}"
        ),
    ),
    "bug.unwritten": (
        (
            "A bug in esxlab was met, and the journal cannot be written ({reason}). Please report it with "
            "these lines:"
        ),
        (
            "Un bogue d'esxlab a été rencontré, et le journal ne peut pas être écrit ({reason}). Merci de le "
            "signaler avec ces lignes :"
        ),
    ),
}
