"""Texts of trust: who the servers and routers are."""

TEXTS = {
    "command.trust.long": (
        (
            "Show what servers and routers identify themselves by, and pin it once you agree.\n\n"
            "The certificate (SHA-256) of each vSphere server, the serial number and the SSH host "
            "key of each router. Compare them with the server's own console and the label on the "
            "router. A changed one is refused with both values, here and in every other command; "
            "`--replace` takes the new one. Nothing is sent to a router whose serial number was not "
            "confirmed here or in the spec."
        ),
        (
            "Montrer ce par quoi serveurs et routeurs s'identifient, et l'épingler une fois que vous "
            "êtes d'accord.\n\n"
            "Le certificat (SHA-256) de chaque serveur vSphere, le numéro de série et la clé d'hôte "
            "SSH de chaque routeur. Comparez-les à la console du serveur et à l'étiquette du "
            "routeur. Un changement est refusé avec les deux valeurs, ici et dans toute autre "
            "commande ; `--replace` accepte la nouvelle. Rien n'est envoyé à un routeur dont le "
            "numéro de série n'a été confirmé ni ici ni dans la spec."
        ),
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
    "trust.serial": (
        "serial number",
        "numéro de série",
    ),
    "trust.key": (
        "SSH host key",
        "clé d'hôte SSH",
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
        "montré",
    ),
    "error.safety.identity_changed": (
        "{kind} has changed: pinned is {pinned}, shown is {shown}",
        "{kind} : changement ; épinglé : {pinned}, montré : {shown}",
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
            "peut distinguer"
        ),
    ),
    "error.router.unconfirmed": (
        ("nobody has confirmed that this is the right router (serial number {serial}); nothing was sent"),
        ("personne n'a confirmé que c'est le bon routeur (numéro de série {serial}) ; rien n'a été envoyé"),
    ),
    "error.router.unconfirmed.fix": (
        ("compare it with the label on the router, then `esxlab trust`, and run the same command again"),
        "comparez-le à l'étiquette du routeur, puis `esxlab trust`, et relancez la même commande",
    ),
}
