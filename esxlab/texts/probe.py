"""Texts of `doctor --probe`, which tries on a host what changes it."""

TEXTS = {
    "option.probe": (
        "try on hosts changed over SSH what provision does, on things of its own that it takes away",
        (
            "essayer, sur les hôtes modifiés en SSH, ce que fait provision, avec des objets propres à "
            "l'essai, ensuite retirés"
        ),
    ),
    "option.probe_yes": ("with --probe: do not ask", "avec --probe : ne pas demander"),
    "probe.plan": (
        (
            "On {hosts} this makes, looks at and takes away: two folders on the datastore, a copy of the "
            "model's disk in one, a port group and a machine that stays off, all with esxlab-probe in their "
            "names. Nothing else is changed."
        ),
        (
            "Sur {hosts}, ceci crée, vérifie puis retire : deux dossiers sur la banque de données, une "
            "copie du disque du modèle dans l'un, un groupe de ports et une machine qui reste éteinte, "
            "tous avec esxlab-probe dans leur nom. Rien d'autre n'est modifié."
        ),
    ),
    "confirm.probe": ("Try it?", "Lancer l'essai ?"),
    "probe.host": (
        "Host {host}: {product}, licence {edition}, changed over SSH; esxlab {esxlab}",
        "Hôte {host} : {product}, licence {edition}, modifié en SSH ; esxlab {esxlab}",
    ),
    "probe.left": (
        "What an earlier probe had left was taken away first.",
        "Ce qu'un essai précédent avait laissé a d'abord été retiré.",
    ),
    "probe.send": (
        "This report has no name, no address and no serial number: it may be sent to esxlab's authors.",
        "Ce rapport n'a ni nom, ni adresse, ni numéro de série : vous pouvez l'envoyer aux auteurs d'esxlab.",
    ),
    "column.verb": ("verb", "opération"),
    "column.seconds": ("s", "s"),
    "column.code": ("error", "erreur"),
    "probe.verb.sweep": ("take away what is left", "retirer ce qui reste"),
    "probe.verb.record": ("write the group's record", "écrire la fiche du groupe"),
    "probe.verb.port_group": ("add a port group with its VLAN", "créer un groupe de ports avec son VLAN"),
    "probe.verb.folder": ("make and sign a folder", "créer et signer un dossier"),
    "probe.verb.copy": ("copy the model's disk", "copier le disque du modèle"),
    "probe.verb.register": ("register a machine", "enregistrer une machine"),
    "probe.verb.reconfigure": ("reconfigure it", "la reconfigurer"),
    "probe.verb.unregister": ("take it out and delete its files", "la retirer et supprimer ses fichiers"),
    "probe.verb.delete_folder": ("delete the folder", "supprimer le dossier"),
    "probe.verb.remove_port_group": ("remove the port group", "supprimer le groupe de ports"),
    "probe.verb.delete_record": ("delete the group's record", "supprimer la fiche du groupe"),
    "error.usage.probe_no_host": (
        "there is nothing to try: no host of these groups is changed over SSH",
        "il n'y a rien à essayer : aucun hôte de ces groupes n'est modifié en SSH",
    ),
    "error.usage.probe_no_host.fix": (
        "see what `esxlab doctor` says of the licence; `writes: ssh` in the spec chooses SSH by hand",
        "voyez ce que dit `esxlab doctor` de la licence ; `writes: ssh` dans la spec impose SSH",
    ),
    "error.probe.not_seen": (
        "the host said that it was done, and it is not seen there",
        "l'hôte a dit que c'était fait, et on ne l'y voit pas",
    ),
    "error.probe.not_seen.fix": (
        "send the report; until it is explained do not provision over SSH on this version",
        "envoyez le rapport ; d'ici là, ne lancez pas provision en SSH sur cette version",
    ),
}
