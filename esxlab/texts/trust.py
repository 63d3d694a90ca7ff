"""Texts of trust: who the servers and routers are."""

TEXTS = {
    "command.trust.long": (
        (
            "Show what servers and routers identify themselves by, and pin it once you agree.\n\n"
            "First what is shown before any login: the certificate (SHA-256) of each vSphere server and "
            "the SSH host key of each router. A telnet or serial line has no key; its password is sent "
            "in clear to whoever answers. Then, from the routers that you agreed to, the serial numbers. "
            "Compare them with the server's and the router's own console (`show ip ssh`) and the label "
            "on the router. A changed one is refused with both values, here and in every other command; "
            "`--replace` takes the new one. No password is sent to a router that was not confirmed here, "
            "and no line before its serial number was confirmed, here or in the spec."
        ),
        (
            "Montrer ce par quoi serveurs et routeurs s'identifient, et l'épingler une fois que vous "
            "êtes d'accord.\n\n"
            "D'abord ce qui se montre avant toute connexion : le certificat (SHA-256) de chaque serveur "
            "vSphere et la clé d'hôte SSH de chaque routeur. Une ligne telnet ou série n'a pas de clé ; son "
            "mot de passe est envoyé en clair à qui y répond. Ensuite, pour les routeurs acceptés, les "
            "numéros de série. Comparez-les à la console du serveur, à celle du routeur (`show ip ssh`) et à "
            "l'étiquette du routeur. Un changement est refusé avec les deux valeurs, ici et dans toute autre "
            "commande ; `--replace` accepte la nouvelle. Aucun mot de passe n'est envoyé à un routeur qui "
            "n'a pas été confirmé ici, et aucune ligne tant que son numéro de série n'a été confirmé ni ici "
            "ni dans la spec."
        ),
    ),
    "option.router_alone": (
        "this router alone, without any spec: ssh://admin@HOST (also telnet://, serial:///dev/ttyUSB0)",
        "ce routeur seul, sans spec : ssh://admin@HÔTE (ou telnet://, serial:///dev/ttyUSB0)",
    ),
    "option.replace": (
        "accept what has changed",
        "accepter ce qui a changé",
    ),
    "confirm.trust": (
        "Trust these?",
        "Leur faire confiance ?",
    ),
    "trust.done": (
        "Pinned in {file}",
        "Épinglé dans {file}",
    ),
    "trust.certificate": (
        "certificate, SHA-256",
        "certificat, SHA-256",
    ),
    "trust.shell": (
        "SSH host key (ESXi)",
        "clé d'hôte SSH (ESXi)",
    ),
    "trust.serial": (
        "serial number",
        "numéro de série",
    ),
    "trust.key": (
        "SSH host key",
        "clé d'hôte SSH",
    ),
    "trust.line": (
        "line without a key",
        "ligne sans clé",
    ),
    "trust.line_without_key": (
        (
            "A telnet or serial line has no key: whoever answers there is sent the password, in clear, "
            "to learn the router's serial number."
        ),
        (
            "Une ligne telnet ou série n'a pas de clé : celui qui y répond reçoit le mot de passe, "
            "en clair, pour que le numéro de série du routeur soit connu."
        ),
    ),
    "trust.new": (
        "new",
        "nouveau",
    ),
    "trust.same": (
        "as pinned",
        "comme épinglé",
    ),
    "trust.changed": (
        "CHANGED",
        "CHANGÉ",
    ),
    "column.shown": (
        "shown",
        "présenté",
    ),
    "error.safety.identity_changed": (
        "{kind} has changed: pinned is {pinned}, shown is {shown}",
        "{kind} : changement ; épinglé : {pinned}, présenté : {shown}",
    ),
    "error.safety.identity_changed.fix": (
        "find out why; if it is right (new certificate, other router), `esxlab trust --replace`",
        ("cherchez pourquoi ; si c'est normal (nouveau certificat, autre routeur), `esxlab trust --replace`"),
    ),
    "error.trust.file": (
        "the file of what is trusted cannot be used",
        "le fichier des identités de confiance est inutilisable",
    ),
    "error.trust.file.fix": (
        "mend or delete it, then `esxlab trust`",
        "réparez-le ou supprimez-le, puis `esxlab trust`",
    ),
    "error.trust.no_serial": (
        "the router tells no serial number (`show version`)",
        "le routeur n'annonce pas de numéro de série (`show version`)",
    ),
    "error.trust.no_serial.fix": (
        (
            "look at `show version` on the router; esxlab sends nothing to a router that it cannot "
            "tell from others"
        ),
        (
            "regardez `show version` sur le routeur ; esxlab n'envoie rien à un routeur qu'il ne "
            "peut pas distinguer d'un autre"
        ),
    ),
    "error.router.unconfirmed": (
        "nobody has confirmed that this is the right router ({shown}); nothing was sent to it",
        "personne n'a confirmé que c'est le bon routeur ({shown}) ; rien ne lui a été envoyé",
    ),
    "error.router.unconfirmed.fix": (
        (
            "`esxlab trust`: compare what it shows with the router's console (`show ip ssh`) and label; then "
            "run the same command again"
        ),
        (
            "`esxlab trust` : comparez ce qu'il présente à la console du routeur (`show ip ssh`) et à son "
            "étiquette ; puis relancez la même commande"
        ),
    ),
}
