"""What the paper of part 2 says."""

TEXTS = {
    "handout.lb.title": ("Part 2: load balancing (IPVS)", "Partie 2 : répartition de charge (IPVS)"),
    "handout.lb.shared": ("virtual address", "adresse virtuelle"),
    "handout.lb.mark": ("IPVS {service} {scheduler} {method}", "IPVS {service} {scheduler} {method}"),
    "handout.lb.weight": ("weight {weight}", "poids {weight}"),
    "handout.lb.connections": (
        "{active} active, {inactive} inactive",
        "{active} actives, {inactive} inactives",
    ),
    "handout.lb.no_row": ("not in the table of {director}", "absent de la table de {director}"),
    "handout.lb.other_row": (
        "there: weight {weight}, {forward}",
        "en place : poids {weight}, {forward}",
    ),
    "handout.lb.no_service": ("no IPVS service {service}", "aucun service IPVS {service}"),
    "handout.lb.stopped": (
        "On {servers}: is Heartbeat stopped, does apache2 run? (`systemctl status heartbeat apache2`)",
        (
            "Sur {servers} : Heartbeat est-il arrêté, apache2 tourne-t-il ? (`systemctl status "
            "heartbeat apache2`)"
        ),
    ),
    "handout.lb.stopped.answer": (
        "yes: no server holds an address of the cluster any more",
        "oui : plus aucun serveur ne porte une adresse du cluster",
    ),
    "handout.lb.address": (
        "On {director}: on which interface is {address}? Is `net.ipv4.ip_forward` set, now and at boot?",
        (
            "Sur {director} : sur quelle interface est {address} ? `net.ipv4.ip_forward` est-il à 1, "
            "maintenant et au démarrage ?"
        ),
    ),
    "handout.lb.address.answer": (
        "on an alias of the outside card, with /32; it is 1, and stands in /etc/sysctl.d",
        "sur un alias de la carte extérieure, en /32 ; il vaut 1, et il est dans /etc/sysctl.d",
    ),
    "handout.lb.table": (
        "On {director}: `ipvsadm -Ln`. Write down scheduler, real servers, method and weights.",
        (
            "Sur {director} : `ipvsadm -Ln`. Notez l'ordonnancement, les serveurs réels, la méthode et "
            "les poids."
        ),
    ),
    "handout.lb.table.answer": (
        "{address}:{port}, {scheduler}, {method}, weights: {weights}",
        "{address}:{port}, {scheduler}, {method}, poids : {weights}",
    ),
    "handout.lb.pages": (
        "From both clients open {url} several times. Which servers answer, in which order?",
        "Depuis les deux clients, ouvrez plusieurs fois {url}. Quels serveurs répondent, dans quel ordre ?",
    ),
    "handout.lb.pages.answer": (
        "as {scheduler} shares them out over {weights}",
        "comme {scheduler} les répartit, avec les poids {weights}",
    ),
    "handout.lb.watch": (
        "Watch the table meanwhile: `watch -n 1 ipvsadm -Ln`. What do ActiveConn and InActConn count?",
        (
            "Observez la table pendant ce temps : `watch -n 1 ipvsadm -Ln`. Que comptent ActiveConn et "
            "InActConn ?"
        ),
    ),
    "handout.lb.watch.answer": (
        "connections that are established, and those in every other state",
        "les connexions établies, et celles qui sont dans tout autre état",
    ),
    "handout.lb.dead": (
        (
            "Stop apache2 on one server and open the page again. What happens? Take its rule away "
            "(`ipvsadm -d`)."
        ),
        (
            "Arrêtez apache2 sur un serveur et rouvrez la page. Que se passe-t-il ? Retirez sa règle "
            "(`ipvsadm -d`)."
        ),
    ),
    "handout.lb.dead.answer": (
        "IPVS goes on sending it its share, which fails; without the rule all pages come from the others",
        (
            "IPVS continue à lui envoyer sa part, qui échoue ; sans la règle, toutes les pages "
            "viennent des autres"
        ),
    ),
}
