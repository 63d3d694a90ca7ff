"""What part 1 says: its questions, drills and errors."""

from esxlab.exercises.family import texts as family

TEXTS = {
    **family.TEXTS,
    "check.active-node": (
        "does exactly one server hold the cluster address?",
        "un serveur, et un seul, porte-t-il l'adresse du cluster ?",
    ),
    "check.heartbeat": (
        "does Heartbeat run on both servers, with the same files?",
        "Heartbeat tourne-t-il sur les deux serveurs, avec les mêmes fichiers ?",
    ),
    "check.page-inside": (
        "does {client} read a server's page at {address}:{port}?",
        "{client} lit-il la page d'un serveur sur {address}:{port} ?",
    ),
    "check.page-outside": (
        "does {client} read a server's page through the router, at {address}:{port}?",
        "{client} lit-il la page d'un serveur à travers le routeur, sur {address}:{port} ?",
    ),
    "drill.nic": (
        "the active server's card is disconnected; another answers within {bound} s",
        "la carte du serveur actif est débranchée ; un autre répond en moins de {bound} s",
    ),
    "drill.power": (
        "the active server's power is cut; another answers within {bound} s",
        "l'alimentation du serveur actif est coupée ; un autre répond en moins de {bound} s",
    ),
    "drill.stop": (
        "Heartbeat is stopped on the active server; another answers within {bound} s",
        "Heartbeat est arrêté sur le serveur actif ; un autre répond en moins de {bound} s",
    ),
    "drill.apache": (
        "apache2 is stopped on the active server; watched for {bound} s: nobody takes over",
        "apache2 est arrêté sur le serveur actif ; observation de {bound} s : personne ne prend la relève",
    ),
    "drill.apache-watched": (
        "apache2 is stopped, and a monitor calls hb_standby; another answers within {bound} s",
        (
            "apache2 est arrêté, et un script de surveillance appelle hb_standby ; un autre répond "
            "en moins de {bound} s"
        ),
    ),
    "drill.seen.no_takeover": (
        "nobody took over from {before}",
        "personne n'a pris la relève de {before}",
    ),
    "drill.seen.returned": (
        "{after} after {outage} s; then {ended} again, {again} s without an answer",
        "{after} après {outage} s ; puis {ended} à nouveau, {again} s sans réponse",
    ),
    "drill.seen.stayed": (
        "{after} after {outage} s; {ended} kept the service, {again} s without an answer",
        "{after} après {outage} s ; {ended} a gardé le service, {again} s sans réponse",
    ),
    "drill.seen.apache_down": (
        "no failover: {why} for {seconds} s",
        "pas de bascule : {why} pendant {seconds} s",
    ),
    "drill.seen.apache_moved": (
        "{after} answered, although Heartbeat watches nodes, not services",
        "{after} a répondu, alors que Heartbeat surveille des nœuds, pas des services",
    ),
    "error.scenario.phrase": (
        "the secret of authkeys must be one word, without blanks, quotes or #",
        "la phrase secrète d'authkeys doit être un seul mot, sans espace, guillemet ni #",
    ),
    "error.scenario.phrase.fix": (
        (
            "Heartbeat takes only the first word, with its opening quote: choose one word, or leave it to "
            "esxlab"
        ),
        (
            "Heartbeat ne prend que le premier mot, avec son guillemet ouvrant : choisissez un mot, ou "
            "laissez faire esxlab"
        ),
    ),
    "error.spec.E311": (
        "Heartbeat's times contradict each other: {small} is {low} s, {large} is {high} s",
        "les délais de Heartbeat se contredisent : {small} vaut {low} s, {large} vaut {high} s",
    ),
    "error.spec.E311.fix": (
        "keepalive < warntime <= deadtime <= initdead; the exercise has 2, 6, 10, 60",
        "keepalive < warntime <= deadtime <= initdead ; le sujet a 2, 6, 10, 60",
    ),
    "error.spec.W602": (
        "crc protects against nothing: any machine on the network can join the cluster",
        "crc ne protège de rien : toute machine du réseau peut rejoindre le cluster",
    ),
    "error.spec.W602.fix": (
        "use sha1 (or md5, as the handout)",
        "prenez sha1 (ou md5, comme le sujet)",
    ),
    "seen.same_files": ("same files, authkeys 600", "mêmes fichiers, authkeys 600"),
    "seen.other_files": ("the files differ", "les fichiers diffèrent"),
    "step.start-where-held": (
        "{service} started on the active server",
        "{service} démarré sur le serveur actif",
    ),
    "step.stand-by": ("{subject}: hb_standby all", "{subject} : hb_standby all"),
    "step.watch-service": (
        "{subject}: monitor: {service} does not run, hb_standby all",
        "{subject} : script de surveillance : {service} ne tourne pas, hb_standby all",
    ),
}
FRENCH = {
    "Heartbeat, part 1; times in seconds, with ha.cf's own names.": (
        "Heartbeat, partie 1 ; délais en secondes, sous les noms de ha.cf."
    ),
    "cluster address": "adresse du cluster",
    "further cluster addresses": "autres adresses du cluster",
    "machine that owns the cluster address": "machine à qui appartient l'adresse du cluster",
    "whether the service returns to the primary by itself": "si le service revient de lui-même au primaire",
    "services that move with the address": "services qui suivent l'adresse",
    "method in authkeys; the key is made by esxlab": "méthode dans authkeys ; la clé est créée par esxlab",
    "seconds between two heartbeats": "secondes entre deux battements",
    "seconds until a late heartbeat is logged": "secondes avant qu'un battement en retard soit journalisé",
    "seconds until a node is dead": "secondes avant qu'un nœud soit déclaré mort",
    "the same just after start-up": "le même délai juste après le démarrage",
    "UDP port of the heartbeats": "port UDP des battements",
}
"""Of the descriptions in its part of the spec."""
