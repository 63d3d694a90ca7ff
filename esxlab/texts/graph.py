"""The graph of a group."""

TEXTS = {
    "command.graph.long": (
        (
            "Draw each group: networks, machines, addresses, who owns the shared address, the router's NAT, "
            "the director's real servers with their weights.\n\n"
            "Without -o it is text, a machine a line, which a screen reader reads. Drawn is what the spec "
            "wants; --live shows beside it what is there and what differs: machines that are absent or off, "
            "cables that are out, where the shared address is now. The router is not asked. Nothing is "
            "changed."
        ),
        (
            "Dessiner chaque groupe : réseaux, machines, adresses, propriétaire de l'adresse partagée, NAT "
            "du routeur, serveurs réels du répartiteur et leurs poids.\n\n"
            "Sans -o, c'est du texte, une machine par ligne, qu'un lecteur d'écran peut lire. Le dessin "
            "montre ce que veut la spec ; --live montre à côté ce qui est en place et ce qui diffère : "
            "machines absentes ou éteintes, câbles débranchés, machine qui porte en ce moment l'adresse "
            "partagée. Le routeur n'est pas interrogé. Rien n'est modifié."
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
}
