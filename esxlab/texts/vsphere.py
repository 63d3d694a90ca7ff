"""Texts of the vSphere backend: what is in the way of a group, and what a server refused."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # The connection.
    "error.vsphere.login": (
        "{host} refused the user name or the password of {user}",
        "{host} a refusé le nom d'utilisateur ou le mot de passe de {user}",
    ),
    "error.vsphere.login.fix": (
        "check the password; esxlab tries it only once, for an ESXi host locks the account after a few tries",
        (
            "vérifiez le mot de passe ; esxlab ne l'essaie qu'une fois, car un hôte ESXi verrouille "
            "le compte après quelques essais"
        ),
    ),
    "error.vsphere.session": (
        "the vSphere session has ended and could not be renewed",
        "la session vSphere a pris fin et n'a pas pu être renouvelée",
    ),
    "error.vsphere.session.fix": (
        "run the same command again",
        "relancez la même commande",
    ),
    "error.vsphere.unreachable": (
        "no connection to {host}",
        "pas de connexion à {host}",
    ),
    "error.vsphere.unreachable.fix": (
        "check the name, the port and the network, then run the same command again",
        "vérifiez le nom, le port et le réseau, puis relancez la même commande",
    ),
    "error.vsphere.silent": (
        "{host} does not answer",
        "{host} ne répond pas",
    ),
    "error.vsphere.silent.fix": (
        "see whether its management services are overloaded or down, then run the same command again",
        "regardez si ses services de gestion sont surchargés ou arrêtés, puis relancez la même commande",
    ),
    "error.vsphere.certificate": (
        "the certificate of {host} is not the expected one; the one it shows has the SHA-256 {seen}",
        "le certificat de {host} n'est pas celui attendu ; celui qu'il présente a le SHA-256 {seen}",
    ),
    "error.vsphere.certificate.fix": (
        (
            "compare this fingerprint with the one on the server's own console; if they agree, write it "
            "into the spec as thumbprint"
        ),
        (
            "comparez cette empreinte à celle de la console du serveur ; si elles concordent, écrivez-la "
            "dans la spécification comme thumbprint"
        ),
    ),
    "error.vsphere.lost": (
        "the connection broke while {what} was being changed; nobody knows yet whether it was done",
        "la connexion s'est rompue pendant une modification de {what} ; on ignore encore si elle a été faite",
    ),
    "error.vsphere.lost.fix": (
        "run the same command again: it looks first, and goes on from there",
        "relancez la même commande : elle regarde d'abord, puis continue à partir de là",
    ),
    "error.vsphere.cancelled": (
        "stopped while waiting for {what}",
        "arrêté pendant l'attente de {what}",
    ),
    "error.vsphere.cancelled.fix": (
        "what the server had begun goes on there; the same command takes it up again",
        "ce que le serveur a commencé s'y poursuit ; la même commande le reprendra",
    ),
    "error.vsphere.timed_out": (
        "nothing has moved for too long while waiting for {what}",
        "rien n'a avancé depuis trop longtemps pendant l'attente de {what}",
    ),
    "error.vsphere.timed_out.fix": (
        "look at the server's recent tasks; the same command goes on from there",
        "regardez les tâches récentes du serveur ; la même commande reprendra à partir de là",
    ),
    "error.vsphere.licence": (
        "the licence of this ESXi host makes its API read-only",
        "la licence de cet hôte ESXi rend son API accessible en lecture seule",
    ),
    "error.vsphere.licence.fix": (
        "enter an evaluation or a paid licence: the free one lets no program change anything",
        "saisissez une licence d'évaluation ou payante : la gratuite ne laisse aucun programme rien modifier",
    ),
    "error.vsphere.permission": (
        "the user lacks the privilege {privilege} on {object}, for {what}",
        "l'utilisateur n'a pas le privilège {privilege} sur {object}, pour {what}",
    ),
    "error.vsphere.permission.fix": (
        "have an administrator grant this privilege on that object",
        "demandez à un administrateur d'accorder ce privilège sur cet objet",
    ),
    # What the server refused.
    "error.vsphere.refused": (
        "the server refused {what}",
        "le serveur a refusé {what}",
    ),
    "error.vsphere.refused.fix": (
        "the server's own message says why; mend that and run the same command again",
        "le message du serveur dit pourquoi ; corrigez cela et relancez la même commande",
    ),
    "error.vsphere.disk_full": (
        "the datastore ran full while {what} was being written",
        "la banque de données s'est remplie pendant l'écriture de {what}",
    ),
    "error.vsphere.disk_full.fix": (
        "free space on it, then run the same command again",
        "libérez de la place, puis relancez la même commande",
    ),
    "error.vsphere.exists": (
        "{what} exists already",
        "{what} existe déjà",
    ),
    "error.vsphere.exists.fix": (
        "see whose it is; esxlab does not touch what is not its own",
        "regardez à qui il appartient ; esxlab ne touche pas à ce qui n'est pas à lui",
    ),
    "error.vsphere.file_missing": (
        "a file is missing for {what}",
        "un fichier manque pour {what}",
    ),
    "error.vsphere.file_missing.fix": (
        "run the same command again: it looks at the folder first",
        "relancez la même commande : elle regarde d'abord le dossier",
    ),
    "error.vsphere.file_refused": (
        "the datastore answered HTTP {status} to a small file",
        "la banque de données a répondu HTTP {status} pour un petit fichier",
    ),
    "error.vsphere.file_refused.fix": (
        "the user needs the privileges Datastore.Browse and Datastore.FileManagement",
        "l'utilisateur a besoin des privilèges Datastore.Browse et Datastore.FileManagement",
    ),
    "error.vsphere.locked": (
        "{what} is locked or cannot be accessed",
        "{what} est verrouillé ou inaccessible",
    ),
    "error.vsphere.locked.fix": (
        "see which machine or task holds it; when that has ended, run the same command again",
        "regardez quelle machine ou tâche le tient ; quand elle a fini, relancez la même commande",
    ),
    "error.vsphere.gone": (
        "{what} is gone",
        "{what} n'existe plus",
    ),
    "error.vsphere.gone.fix": (
        "somebody deleted it meanwhile; run the same command again",
        "quelqu'un l'a supprimé entre-temps ; relancez la même commande",
    ),
    "error.vsphere.in_use": (
        "{what} is in use",
        "{what} est utilisé",
    ),
    "error.vsphere.in_use.fix": (
        "detach the machines that use it, then run the same command again",
        "détachez les machines qui l'utilisent, puis relancez la même commande",
    ),
    "error.vsphere.power_state": (
        "{what} is not in the power state that this needs",
        "{what} n'est pas dans l'état d'alimentation nécessaire",
    ),
    "error.vsphere.power_state.fix": (
        "run the same command again: it looks first",
        "relancez la même commande : elle regarde d'abord",
    ),
    "error.vsphere.no_tools": (
        "VMware Tools do not run in {what}",
        "VMware Tools ne tourne pas dans {what}",
    ),
    "error.vsphere.no_tools.fix": (
        "install open-vm-tools in the model",
        "installez open-vm-tools dans le modèle",
    ),
    "error.vsphere.busy": (
        "another task holds {what}",
        "une autre tâche occupe {what}",
    ),
    "error.vsphere.busy.fix": (
        "wait for it to end, then run the same command again",
        "attendez qu'elle finisse, puis relancez la même commande",
    ),
    "error.vsphere.no_resources": (
        "the host has not enough memory or processors for {what}",
        "l'hôte n'a pas assez de mémoire ou de processeurs pour {what}",
    ),
    "error.vsphere.no_resources.fix": (
        "power off what is not needed there, or give the group another host",
        "éteignez ce qui n'y est pas nécessaire, ou donnez un autre hôte au groupe",
    ),
    "error.vsphere.not_supported": (
        "this server does not offer what {what} needs",
        "ce serveur n'offre pas ce qu'il faut pour {what}",
    ),
    "error.vsphere.not_supported.fix": (
        "with method: copy every vCenter and every ESXi host will do",
        "avec method: copy, tout vCenter et tout hôte ESXi convient",
    ),
    "error.vsphere.host_down": (
        "the ESXi host is not connected, for {what}",
        "l'hôte ESXi n'est pas connecté, pour {what}",
    ),
    "error.vsphere.host_down.fix": (
        "reconnect it in the vCenter, then run the same command again",
        "reconnectez-le dans le vCenter, puis relancez la même commande",
    ),
    # What is in the way of a group.
    "error.vsphere.host_maintenance": (
        "the ESXi host {host} is in maintenance mode",
        "l'hôte ESXi {host} est en mode maintenance",
    ),
    "error.vsphere.host_maintenance.fix": (
        "take it out of maintenance mode, or give the group another host",
        "sortez-le du mode maintenance, ou donnez un autre hôte au groupe",
    ),
    "error.vsphere.host_missing": (
        "there is no ESXi host {name}; there are: {known}",
        "il n'y a pas d'hôte ESXi {name} ; il y a : {known}",
    ),
    "error.vsphere.host_missing.fix": (
        "name one of them in the spec (esxi)",
        "nommez-en un dans la spécification (esxi)",
    ),
    "error.vsphere.datacenter_missing": (
        "there is no datacenter {name}; there are: {known}",
        "il n'y a pas de datacenter {name} ; il y a : {known}",
    ),
    "error.vsphere.datacenter_missing.fix": (
        "name one of them in the spec (datacenter)",
        "nommez-en un dans la spécification (datacenter)",
    ),
    "error.vsphere.datastore_missing": (
        "the host {host} has no datastore {name}; it has: {known}",
        "l'hôte {host} n'a pas de banque de données {name} ; il a : {known}",
    ),
    "error.vsphere.datastore_missing.fix": (
        "name one of them in the spec (datastore)",
        "nommez-en une dans la spécification (datastore)",
    ),
    "error.vsphere.datastore_down": (
        "the datastore {datastore} is not accessible",
        "la banque de données {datastore} est inaccessible",
    ),
    "error.vsphere.datastore_down.fix": (
        "see in the vSphere client why, and mount it again",
        "regardez pourquoi dans le client vSphere, et remontez-la",
    ),
    "error.vsphere.network_missing": (
        "the host {host} has no network {name}; it has: {known}",
        "l'hôte {host} n'a pas de réseau {name} ; il a : {known}",
    ),
    "error.vsphere.network_missing.fix": (
        "name one of them in the spec (staging), or create it on the host",
        "nommez-en un dans la spécification (staging), ou créez-le sur l'hôte",
    ),
    "error.vsphere.vswitch_missing": (
        "the host {host} has no vSwitch {name}; it has: {known}",
        "l'hôte {host} n'a pas de vSwitch {name} ; il a : {known}",
    ),
    "error.vsphere.vswitch_missing.fix": (
        "name one of them in the spec (vswitch)",
        "nommez-en un dans la spécification (vswitch)",
    ),
    "error.vsphere.model_missing": (
        "the model {name} is not there; these machines are: {known}",
        "le modèle {name} est absent ; ces machines existent : {known}",
    ),
    "error.vsphere.model_missing.fix": (
        "create it as the exercise says, or name another one in the spec (model)",
        "créez-le comme l'énoncé le dit, ou nommez-en un autre dans la spécification (model)",
    ),
    "error.vsphere.model_busy": (
        "the model {model} is powered on: its disk cannot be copied",
        "le modèle {model} est allumé : son disque ne peut pas être copié",
    ),
    "error.vsphere.model_busy.fix": (
        "shut it down, then run the same command again",
        "éteignez-le, puis relancez la même commande",
    ),
    "error.vsphere.model_snapshots": (
        "the model {model} has snapshots: a copy of its disk would miss what was written since",
        "le modèle {model} a des instantanés : une copie de son disque perdrait ce qui a été écrit depuis",
    ),
    "error.vsphere.model_snapshots.fix": (
        "consolidate or delete its snapshots in the vSphere client",
        "consolidez ou supprimez ses instantanés dans le client vSphere",
    ),
    "error.vsphere.model_no_snapshot": (
        "the model {model} has no snapshot, which a linked clone stands on",
        "le modèle {model} n'a pas d'instantané, sur lequel repose un clone lié",
    ),
    "error.vsphere.model_no_snapshot.fix": (
        "take one of the powered-off model, or use method: copy",
        "créez-en un, modèle éteint, ou utilisez method: copy",
    ),
    "error.vsphere.model_without_disk": (
        "the model {model} has no disk",
        "le modèle {model} n'a pas de disque",
    ),
    "error.vsphere.model_without_disk.fix": (
        "attach its disk again, or name another model in the spec (model)",
        "rattachez son disque, ou nommez un autre modèle dans la spécification (model)",
    ),
    "error.vsphere.clone_needs_vcenter": (
        "method {method} needs a vCenter; {host} is a lone ESXi host, which cannot clone",
        "la méthode {method} exige un vCenter ; {host} est un hôte ESXi seul, qui ne sait pas cloner",
    ),
    "error.vsphere.clone_needs_vcenter.fix": (
        "use method: copy, or name the vCenter in the spec (host)",
        "utilisez method: copy, ou nommez le vCenter dans la spécification (host)",
    ),
    "error.vsphere.clone_folder": (
        "with method {method} the vCenter names the folder like the machine, {name}, and not {folder}",
        "avec la méthode {method}, le vCenter nomme le dossier comme la machine, {name}, et non {folder}",
    ),
    "error.vsphere.clone_folder.fix": (
        "give both the same name in the spec, or use method: copy",
        "donnez-leur le même nom dans la spécification, ou utilisez method: copy",
    ),
    "error.vsphere.no_space": (
        "{datastore} has {free_gib} GiB left, and {needed_gib} GiB are still to be copied",
        "il reste {free_gib} Gio sur {datastore}, et il faut encore y copier {needed_gib} Gio",
    ),
    "error.vsphere.no_space.fix": (
        "free space on it, or give some groups another datastore",
        "libérez de la place, ou donnez une autre banque de données à certains groupes",
    ),
    "error.vsphere.foreign_machine": (
        "a machine that is not ours is in the way: {name} ({path}, {moref})",
        "une machine qui n'est pas à nous est à la place voulue : {name} ({path}, {moref})",
    ),
    "error.vsphere.foreign_machine.fix": (
        "rename or move it, or choose other names in the spec; esxlab does not touch it",
        "renommez-la ou déplacez-la, ou changez les noms dans la spécification ; esxlab n'y touche pas",
    ),
    "error.vsphere.moved_machine": (
        "{name} ({path}, {moref}) has our marks but is not where it was created, or is a copy of ours",
        "{name} ({path}, {moref}) porte nos marques mais n'est pas là où elle a été créée, ou est une copie",
    ),
    "error.vsphere.moved_machine.fix": (
        "move its files back into its own folder, or delete it by hand",
        "remettez ses fichiers dans son propre dossier, ou supprimez-la à la main",
    ),
    "error.vsphere.unmarked_machine": (
        "{name} ({path}, {moref}) has the UUID of ours but not our owner marks",
        "{name} ({path}, {moref}) a l'UUID de la nôtre mais pas nos marques",
    ),
    "error.vsphere.unmarked_machine.fix": (
        "see what it is; delete it by hand if it is a leftover",
        "regardez ce que c'est ; supprimez-la à la main si c'est un reste",
    ),
    "error.vsphere.two_machines": (
        "several machines carry the same marks of ours: {machines}",
        "plusieurs machines portent les mêmes marques à nous : {machines}",
    ),
    "error.vsphere.two_machines.fix": (
        "one is a clone made by hand: delete it, or remove its esxlab.* advanced parameters",
        "l'une est un clone fait à la main : supprimez-la, ou retirez ses paramètres avancés esxlab.*",
    ),
    "error.vsphere.foreign_folder": (
        "the folder {folder} is not ours (owner: {owner})",
        "le dossier {folder} n'est pas à nous (propriétaire : {owner})",
    ),
    "error.vsphere.foreign_folder.fix": (
        "empty, rename or delete it by hand, or choose another folder in the spec",
        "videz-le, renommez-le ou supprimez-le à la main, ou changez le dossier dans la spécification",
    ),
    "error.vsphere.foreign_port_group": (
        (
            "the port group {port_group} of {host} (VLAN {vlan}, {vswitch}) is not the one this group "
            "created (VLAN {wanted_vlan}, {wanted_vswitch})"
        ),
        (
            "le groupe de ports {port_group} de {host} (VLAN {vlan}, {vswitch}) n'est pas celui que ce "
            "groupe a créé (VLAN {wanted_vlan}, {wanted_vswitch})"
        ),
    ),
    "error.vsphere.foreign_port_group.fix": (
        "choose another name in the spec, or remove that port group by hand if nobody needs it",
        "choisissez un autre nom dans la spécification, ou retirez-le à la main si personne n'en a besoin",
    ),
    "error.vsphere.name_taken": (
        "the server says that {name} exists, but ours is not at {path}",
        "le serveur dit que {name} existe, mais la nôtre n'est pas à {path}",
    ),
    "error.vsphere.name_taken.fix": (
        "see what carries that name or lies at that path, and rename or move it",
        "regardez ce qui porte ce nom ou se trouve à ce chemin, et renommez-le ou déplacez-le",
    ),
    # In the middle of the work.
    "error.vsphere.not_ours": (
        "{name} ({path}, {moref}) does not carry all our marks: left alone",
        "{name} ({path}, {moref}) ne porte pas toutes nos marques : laissée telle quelle",
    ),
    "error.vsphere.not_ours.fix": (
        "run `esxlab status` to see what stands in its place",
        "lancez `esxlab status` pour voir ce qui est à sa place",
    ),
    "error.vsphere.no_machine": (
        "the machine {name} is not there",
        "la machine {name} est absente",
    ),
    "error.vsphere.no_machine.fix": (
        "run the same command again: it creates what is missing",
        "relancez la même commande : elle crée ce qui manque",
    ),
    "error.vsphere.no_such_card": (
        "the machine {name} has no {role} card",
        "la machine {name} n'a pas de carte {role}",
    ),
    "error.vsphere.no_such_card.fix": (
        "run the same command again: it adds the cards that are missing",
        "relancez la même commande : elle ajoute les cartes qui manquent",
    ),
    "error.vsphere.no_address": (
        "{name} has reported no address within {seconds} s (power: {power}, VMware Tools: {tools})",
        "{name} n'a signalé aucune adresse en {seconds} s (alimentation : {power}, VMware Tools : {tools})",
    ),
    "error.vsphere.no_address.fix": (
        (
            "see on its console whether it boots, whether open-vm-tools run, and whether DHCP answers on the "
            "school's network"
        ),
        (
            "regardez sur sa console si elle démarre, si open-vm-tools tourne et si le DHCP répond sur le "
            "réseau de l'école"
        ),
    ),
    "error.vsphere.bad_path": (
        "{path} cannot be a datastore path",
        "{path} ne peut pas être un chemin de banque de données",
    ),
    "error.vsphere.bad_path.fix": (
        "use a plain relative name, without brackets, backslashes or ..",
        "utilisez un nom relatif simple, sans crochets, barres obliques inverses ni ..",
    ),
}
