"""The graph of a group."""

TEXTS = {
    "command.graph.long": (
        (
            "Draw each group: networks, machines, addresses, who owns the shared address, the router's NAT, "
            "the director's real servers with their weights.\n\n"
            "Without -o it is text, a machine a line, which a screen reader reads. Drawn is what the spec "
            "wants; --live shows beside it what is there and what differs: machines that are absent or off, "
            "cables that are out, where the shared address is now, how many connections the director has to "
            "each real server. The router is not asked. Nothing is changed.\n\n"
            "png needs --to, and Pillow, which comes with `esxlab[sheets]`; drawio is a file of draw.io with "
            "a page for each group."
        ),
        (
            "Dessiner chaque groupe : réseaux, machines, adresses, propriétaire de l'adresse partagée, NAT "
            "du routeur, serveurs réels du répartiteur et leurs poids.\n\n"
            "Sans -o, c'est du texte, une machine par ligne, qu'un lecteur d'écran peut lire. Le dessin "
            "montre ce que veut la spec ; --live montre à côté ce qui est en place et ce qui diffère : "
            "machines absentes ou éteintes, câbles débranchés, machine qui porte en ce moment l'adresse "
            "partagée, nombre de connexions du répartiteur vers chaque serveur réel. Le routeur n'est pas "
            "interrogé. Rien n'est modifié.\n\n"
            "png demande --to, et Pillow, installé avec `esxlab[sheets]` ; drawio est un fichier draw.io "
            "avec une page par groupe."
        ),
    ),
    "option.graph_live": (
        "show what is there too: one look at vSphere, one question to each server",
        "montrer aussi ce qui est en place : vSphere est consulté une fois, et chaque serveur interrogé",
    ),
    "graph.network": ("{network}: {machines}", "{network} : {machines}"),
    "graph.differs": ("what differs:", "ce qui diffère :"),
    "graph.as_wanted": ("as the spec wants it", "conforme à la spec"),
    "graph.unseen": (
        "nobody could look at what is there",
        "ce qui est en place n'a pas pu être observé",
    ),
    "graph.here": ("{address} is here", "{address} est ici"),
    "graph.nobody": (
        "{what} {address}: no machine holds it",
        "{what} {address} : aucune machine ne la porte",
    ),
    "graph.several": (
        "{what} {address}: held by {who} at once",
        "{what} {address} : portée à la fois par {who}",
    ),
    "graph.no_card": ("no card {side}", "aucune carte côté {side}"),
    "graph.cable_out": ("cable out {side}", "câble débranché côté {side}"),
    "graph.elsewhere": (
        "card {side} is on {network}",
        "la carte côté {side} est sur {network}",
    ),
    "error.usage.picture_to": ("a picture needs a file", "une image demande un fichier"),
    "error.usage.picture_to.fix": (
        "say which one: `--to class.png`",
        "indiquez lequel : `--to class.png`",
    ),
    "error.graph.not_installed": (
        "what draws PNG is not installed",
        "ce qui dessine les PNG n'est pas installé",
    ),
    "error.graph.not_installed.fix": (
        "`pipx install 'esxlab[sheets]'`, or `-o svg`, which needs nothing",
        "`pipx install 'esxlab[sheets]'`, ou `-o svg`, qui ne demande rien",
    ),
}
