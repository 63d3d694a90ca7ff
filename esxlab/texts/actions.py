"""What each action says it will do."""

TEXTS = {
    "action.claim": ("make the group's home {subject}", "créer le dossier du groupe {subject}"),
    "action.claim-anew": (
        "write the group's record anew in its home {subject}",
        "réécrire la fiche du groupe dans son dossier {subject}",
    ),
    "action.release": ("delete the group's home {subject}", "supprimer le dossier du groupe {subject}"),
    "action.add-port-group": (
        "add port group {subject}, VLAN {vlan}, on {vswitch}",
        "ajouter le groupe de ports {subject}, VLAN {vlan}, sur {vswitch}",
    ),
    "action.remove-port-group": (
        "remove port group {subject}, VLAN {vlan}, from {vswitch}",
        "supprimer le groupe de ports {subject}, VLAN {vlan}, de {vswitch}",
    ),
    "action.make-folder": ("make folder {subject}", "créer le dossier {subject}"),
    "action.delete-folder": ("delete folder {subject}", "supprimer le dossier {subject}"),
    "action.copy-disk": (
        "{subject}: copy {model}'s disk to {path}",
        "{subject} : copier le disque du modèle {model} vers {path}",
    ),
    "action.delete-disk": (
        "{subject}: delete the half copy {path}",
        "{subject} : supprimer la copie inachevée {path}",
    ),
    "action.create-machine": (
        "{subject}: create virtual machine {name}, first card on {staging}",
        "{subject} : créer la machine virtuelle {name}, première carte sur {staging}",
    ),
    "action.add-nic": (
        "{subject}: add a second card ({role}) on {network}",
        "{subject} : ajouter une seconde carte ({role}) sur {network}",
    ),
    "action.power-on": ("{subject}: power on", "{subject} : allumer"),
    "action.set-hardware": (
        "{subject}: shut down, change hardware: {changes}",
        "{subject} : éteindre, changer le matériel : {changes}",
    ),
    "action.resume": ("{subject}: resume (it was suspended)", "{subject} : reprendre (elle était suspendue)"),
    "action.shut-down": ("{subject}: shut down", "{subject} : arrêter proprement"),
    "action.suspend": ("{subject}: suspend", "{subject} : suspendre"),
    "action.await-guest": ("{subject}: wait until it answers", "{subject} : attendre qu'elle réponde"),
    "action.power-off": ("{subject}: power off", "{subject} : éteindre"),
    "action.configure": (
        "{subject}: configure as {hostname}, {packages} packages, {files} files",
        "{subject} : configurer en {hostname} (paquets : {packages}, fichiers : {files})",
    ),
    "action.connect-nics": (
        "{subject}: connect the cards to {networks}",
        "{subject} : connecter les cartes à {networks}",
    ),
    "action.restart": (
        "{subject}: restart with the final addresses",
        "{subject} : redémarrer avec les adresses définitives",
    ),
    "action.reboot": (
        "{subject}: restart first, so that its addresses fit its networks again",
        "{subject} : redémarrer d'abord, pour que ses adresses conviennent de nouveau à ses réseaux",
    ),
    "action.destroy-machine": (
        "{subject}: destroy virtual machine {name}",
        "{subject} : supprimer la machine virtuelle {name}",
    ),
    "action.push-router": (
        "router {subject}: send the missing lines",
        "routeur {subject} : envoyer les lignes manquantes",
    ),
    "action.save-router": (
        "router {subject}: save this group's lines, which stand there unsaved",
        "routeur {subject} : enregistrer les lignes de ce groupe, en place mais non enregistrées",
    ),
    "action.leave-router": (
        "router {subject}: left alone, only a record on the datastore names it",
        "routeur {subject} : laissé tel quel, seule une fiche sur la banque de données le nomme",
    ),
    "action.release-router": (
        "router {subject}: remove this group's lines",
        "routeur {subject} : supprimer les lignes de ce groupe",
    ),
    "error.plan.router_changed": (
        "the router has changed since the plan was shown; `{line}` would be new",
        "le routeur a changé depuis l'affichage du plan ; `{line}` serait nouveau",
    ),
    "error.plan.router_changed.fix": (
        "nothing was sent; run the same command again and read the new plan",
        "rien n'a été envoyé ; relancez la même commande et lisez le nouveau plan",
    ),
    "error.plan.router_moved": (
        "this group's lines are on router {old}, and the spec now names {new}",
        "les lignes de ce groupe sont sur le routeur {old}, et la spec nomme maintenant {new}",
    ),
    "error.plan.router_moved.fix": (
        "tear the group down first (it takes its lines back from {old}), or put {old} back into the spec",
        (
            "démontez d'abord le groupe (ses lignes sont alors supprimées de {old}), ou remettez "
            "{old} dans la spec"
        ),
    ),
    "error.plan.machines_missing": (
        "{machines} must exist before its guest can be configured",
        "à créer avant de pouvoir y configurer le système invité : {machines}",
    ),
    "error.plan.machines_missing.fix": (
        "run `esxlab provision --only machines` first, or leave --only out",
        "lancez d'abord `esxlab provision --only machines`, ou retirez --only",
    ),
}
