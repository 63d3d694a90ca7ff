"""What the paper of part 1 says."""

TEXTS = {
    "handout.ha.title": (
        "Part 1: high availability (Heartbeat)",
        "Partie 1 : haute disponibilité (Heartbeat)",
    ),
    "handout.ha.shared": ("cluster address", "adresse du cluster"),
    "handout.ha.mark": ("owns {address}", "propriétaire de {address}"),
    "handout.ha.files": (
        "On {servers}, read `/etc/ha.d/ha.cf`, `haresources` and `authkeys`. Which server owns {address}?",
        (
            "Sur {servers}, lisez `/etc/ha.d/ha.cf`, `haresources` et `authkeys`. À quel serveur "
            "revient {address} ?"
        ),
    ),
    "handout.ha.files.answer": (
        "{primary}; the files are the same on both servers, authkeys has mode 600",
        "{primary} ; les fichiers sont les mêmes sur les deux serveurs, authkeys a le mode 600",
    ),
    "handout.ha.holder": (
        "With `ip addr show` on both servers, find who holds {address} now, and on which interface.",
        (
            "Avec `ip addr show` sur les deux serveurs, trouvez qui porte {address} en ce moment, et "
            "sur quelle interface."
        ),
    ),
    "handout.ha.holder.answer": (
        "one server alone, on an alias interface (`:0`)",
        "un seul serveur, sur une interface alias (`:0`)",
    ),
    "handout.ha.page": (
        "On ClientB: `ping {address}`, then open http://{address}/. Which server answers?",
        "Sur ClientB : `ping {address}`, puis ouvrez http://{address}/. Quel serveur répond ?",
    ),
    "handout.ha.page.answer": (
        "the one that holds the address",
        "celui qui porte l'adresse",
    ),
    "handout.ha.failover": (
        (
            "Disconnect the active server's card and reload the page. After how many seconds does the "
            "other answer?"
        ),
        (
            "Débranchez la carte du serveur actif et rechargez la page. Au bout de combien de secondes "
            "l'autre répond-il ?"
        ),
    ),
    "handout.ha.failover.answer": (
        "a little more than deadtime, {deadtime} s (a heartbeat every {keepalive} s)",
        "un peu plus que deadtime, {deadtime} s (un battement toutes les {keepalive} s)",
    ),
    "handout.ha.back_on": (
        "Connect it again. Does the service return? Look at `auto_failback` in ha.cf.",
        "Rebranchez-la. Le service revient-il ? Regardez `auto_failback` dans ha.cf.",
    ),
    "handout.ha.back_on.answer": (
        "yes, to {primary}: auto_failback {failback}",
        "oui, sur {primary} : auto_failback {failback}",
    ),
    "handout.ha.back_off": (
        "Connect it again. Does the service return? Look at `auto_failback` in ha.cf.",
        "Rebranchez-la. Le service revient-il ? Regardez `auto_failback` dans ha.cf.",
    ),
    "handout.ha.back_off.answer": (
        "no, it stays where it is: auto_failback {failback}",
        "non, il reste où il est : auto_failback {failback}",
    ),
    "handout.ha.router": (
        "On the router: `show ip route`, `show ip nat translations`. Where does {outside} lead?",
        "Sur le routeur : `show ip route`, `show ip nat translations`. Où mène {outside} ?",
    ),
    "handout.ha.router.answer": (
        "to {inside}, the cluster address",
        "à {inside}, l'adresse du cluster",
    ),
    "handout.ha.outside": (
        "On ClientA: open the page at {outside}, and do the failover again. What does the client notice?",
        "Sur ClientA : ouvrez la page sur {outside} et refaites la bascule. Que remarque le client ?",
    ),
    "handout.ha.outside.answer": (
        "the same page, then an outage as before; the address stays the same",
        "la même page, puis une coupure comme avant ; l'adresse ne change pas",
    ),
}
