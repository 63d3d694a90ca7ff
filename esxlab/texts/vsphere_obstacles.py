"""Texts of the vSphere backend: what stands in the way of a group before anything is done for it."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "error.vsphere.host_maintenance": (
        "the ESXi host {host} is in maintenance mode",
        "l'hôte ESXi {host} est en mode maintenance",
    ),
    "error.vsphere.host_maintenance.fix": (
        "take it out of maintenance mode, or give the group another host (`vsphere.esxi` in the spec)",
        ("sortez-le du mode maintenance, ou donnez un autre hôte au groupe (`vsphere.esxi` dans la spec)"),
    ),
    "error.vsphere.host_missing": (
        "there is no ESXi host {name}; there are: {known}",
        "il n'y a pas d'hôte ESXi {name} ; hôtes connus : {known}",
    ),
    "error.vsphere.host_missing.fix": (
        "name one of them in the spec (esxi)",
        "nommez-en un dans la spec (esxi)",
    ),
    "error.vsphere.datacenter_missing": (
        "there is no datacenter {name}; there are: {known}",
        "il n'y a pas de centre de données {name} ; ceux qui existent : {known}",
    ),
    "error.vsphere.datacenter_missing.fix": (
        "name one of them in the spec (datacenter)",
        "nommez-en un dans la spec (datacenter)",
    ),
    "error.vsphere.datastore_missing": (
        "the host {host} has no datastore {name}; it has: {known}",
        "l'hôte {host} n'a pas de banque de données {name} ; il a : {known}",
    ),
    "error.vsphere.datastore_missing.fix": (
        "name one of them in the spec (datastore)",
        "nommez-en une dans la spec (datastore)",
    ),
    "error.vsphere.datastore_down": (
        "the datastore {datastore} is not accessible",
        "la banque de données {datastore} est inaccessible",
    ),
    "error.vsphere.datastore_down.fix": (
        "see in the vSphere client why, and mount it again",
        "regardez pourquoi dans le client vSphere, et remontez-la",
    ),
    "error.vsphere.datastore_kind": (
        "the datastore {datastore} is of the kind {kind}, which takes no folder at its root",
        "la banque de données {datastore} est du type {kind}, qui n'accepte aucun dossier à sa racine",
    ),
    "error.vsphere.datastore_kind.fix": (
        "name a VMFS or NFS datastore in the spec (datastore)",
        "nommez une banque de données VMFS ou NFS dans la spec (datastore)",
    ),
    "error.vsphere.network_missing": (
        "the host {host} has no network {name}; it has: {known}",
        "l'hôte {host} n'a pas de réseau {name} ; il a : {known}",
    ),
    "error.vsphere.network_missing.fix": (
        "name one of them in the spec (staging, or port_group), or have it created for this host",
        "nommez-en un dans la spec (staging, ou port_group), ou faites-le créer pour cet hôte",
    ),
    "error.vsphere.network_ambiguous": (
        "the host {host} has several networks {name}: {found}",
        "l'hôte {host} a plusieurs réseaux {name} : {found}",
    ),
    "error.vsphere.network_ambiguous.fix": (
        (
            "say in the spec which one is meant: `kind: standard` or `kind: distributed` beside port_group, "
            "`staging_kind` beside staging; if they are of one kind, have one renamed"
        ),
        (
            "dites dans la spec lequel est voulu : `kind: standard` ou `kind: distributed` avec "
            "port_group, `staging_kind` avec staging ; s'ils sont du même type, faites-en renommer un"
        ),
    ),
    "error.vsphere.network_kind": (
        "the network {name} of the host {host} is {found}, and not {wanted}",
        "le réseau {name} de l'hôte {host} est {found}, et non {wanted}",
    ),
    "error.vsphere.network_kind.fix": (
        "correct `kind` (of the staging network: `staging_kind`) in the spec, or leave it out",
        "corrigez `kind` (du réseau staging : `staging_kind`) dans la spec, ou retirez-le",
    ),
    "error.vsphere.network_off_host": (
        "the host {host} is no member of the distributed switch {switch}, which has the network {name}",
        "l'hôte {host} n'est pas membre du commutateur distribué {switch}, qui porte le réseau {name}",
    ),
    "error.vsphere.network_off_host.fix": (
        "have the host added to that switch, or name another host in the spec (vsphere.esxi)",
        "faites ajouter l'hôte à ce commutateur, ou nommez un autre hôte dans la spec (esxi)",
    ),
    "error.vsphere.network_vlan": (
        "the existing network {name} has the VLAN {found}; the spec says {wanted}",
        "le réseau existant {name} a le VLAN {found} ; la spec dit {wanted}",
    ),
    "error.vsphere.network_vlan.fix": (
        "correct `vlan` in the spec, or leave it out: esxlab never changes an existing network",
        "corrigez `vlan` dans la spec, ou retirez-le : esxlab ne change jamais un réseau existant",
    ),
    "error.vsphere.vswitch_missing": (
        "the host {host} has no vSwitch {name}; it has: {known}",
        "l'hôte {host} n'a pas de vSwitch {name} ; il a : {known}",
    ),
    "error.vsphere.vswitch_missing.fix": (
        "name one of them in the spec (vswitch)",
        "nommez-en un dans la spec (vswitch)",
    ),
    "error.vsphere.model_missing": (
        "the model {name} is not there; these machines are: {known}",
        "le modèle {name} est absent ; ces machines existent : {known}",
    ),
    "error.vsphere.model_missing.fix": (
        "create it as the exercise says, or name another one in the spec (model)",
        "créez-le comme le demande le sujet, ou nommez-en un autre dans la spec (model)",
    ),
    "error.vsphere.model_busy": (
        "the model {model} is powered on: its disk cannot be copied",
        "le modèle {model} est allumé : son disque ne peut pas être copié",
    ),
    "error.vsphere.model_busy.fix": (
        "shut it down, then run the same command again",
        "éteignez-le, puis relancez la même commande",
    ),
    "error.vsphere.model_suspended": (
        "the model {model} is suspended: its disk is not at rest",
        "le modèle {model} est suspendu : son disque n'est pas au repos",
    ),
    "error.vsphere.model_suspended.fix": (
        "power it on, shut it down, then run the same command again",
        "allumez-le, éteignez-le, puis relancez la même commande",
    ),
    "error.vsphere.model_disks": (
        "the model {model} has several disks, and method: copy copies one: {disks}",
        "le modèle {model} a plusieurs disques, et method: copy n'en copie qu'un : {disks}",
    ),
    "error.vsphere.model_disks.fix": (
        "remove the others from the model, or use method: clone with a vCenter",
        "retirez les autres du modèle, ou utilisez method: clone avec un vCenter",
    ),
    "error.vsphere.model_controller": (
        "the disk of the model {model} is on a controller that esxlab does not make: {controller}",
        "le disque du modèle {model} est sur un contrôleur qu'esxlab ne crée pas : {controller}",
    ),
    "error.vsphere.model_controller.fix": (
        "put it on one of these: {known}; or use method: clone with a vCenter",
        "placez-le sur l'un de ceux-ci : {known} ; ou utilisez method: clone avec un vCenter",
    ),
    "error.vsphere.model_elsewhere": (
        "the host {host} cannot reach the disk of the model {model}: {path} (the model is on {holder})",
        "l'hôte {host} n'a pas accès au disque du modèle {model} : {path} (le modèle est sur {holder})",
    ),
    "error.vsphere.model_elsewhere.fix": (
        (
            "copy the model to a datastore that {host} has and name that one in the spec (model), or "
            "give the group a host that has the model's datastore (esxi)"
        ),
        (
            "copiez le modèle sur une banque de données que {host} possède et nommez-le dans la spec "
            "(model), ou donnez au groupe un hôte qui a la banque de données du modèle (esxi)"
        ),
    ),
    "error.vsphere.model_file": (
        "a file of the model {model} is not where its configuration says: {path}",
        "un fichier du modèle {model} n'est pas là où sa configuration le dit : {path}",
    ),
    "error.vsphere.model_file.fix": (
        (
            "move it back in the datastore browser, or remove the disk from the model and add it again "
            "from where it is"
        ),
        (
            "remettez-le en place dans l'explorateur de banques de données, ou retirez le disque du "
            "modèle et rajoutez-le là où il se trouve"
        ),
    ),
    "error.vsphere.model_in_other_datacenter": (
        "there is no model {name} in the datacenter {datacenter}; there is one in {there}",
        "il n'y a pas de modèle {name} dans le centre de données {datacenter} ; il y en a un dans {there}",
    ),
    "error.vsphere.model_in_other_datacenter.fix": (
        "copy it into {datacenter}, or name the other datacenter in the spec (datacenter)",
        "copiez-le dans {datacenter}, ou nommez l'autre centre de données dans la spec (datacenter)",
    ),
    "error.vsphere.disk_size": (
        "the disk of the model {model} has {gib} GiB, and a copy is as large: {wanted_gib} cannot be made",
        "le disque du modèle {model} fait {gib} Gio, et une copie aussi : {wanted_gib} est impossible",
    ),
    "error.vsphere.disk_size.fix": (
        "take hardware.disk_gib out of the spec, or make a model of that size",
        "retirez hardware.disk_gib de la spec, ou créez un modèle de cette taille",
    ),
    "error.vsphere.fixed_hardware": (
        "{key} is {found}, and the spec says {wanted}: the guest knows its devices by it",
        "{key} vaut {found}, et la spec dit {wanted} : le système invité reconnaît ses périphériques à cela",
    ),
    "error.vsphere.fixed_hardware.fix": (
        "set it back in the spec, or tear group {group} down and provision it again",
        "remettez-le dans la spec, ou démontez le groupe {group} et déployez-le de nouveau",
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
        "rattachez son disque, ou nommez un autre modèle dans la spec (model)",
    ),
    "error.vsphere.clone_needs_vcenter": (
        "method {method} needs a vCenter; {host} is a lone ESXi host, which cannot clone",
        "la méthode {method} exige un vCenter ; {host} est un hôte ESXi seul, qui ne sait pas cloner",
    ),
    "error.vsphere.clone_needs_vcenter.fix": (
        "use method: copy, or name the vCenter in the spec (host)",
        "utilisez method: copy, ou nommez le vCenter dans la spec (host)",
    ),
    "error.vsphere.clone_folder": (
        "with method {method} the vCenter names the folder like the machine, {name}, and not {folder}",
        "avec la méthode {method}, le vCenter nomme le dossier comme la machine, {name}, et non {folder}",
    ),
    "error.vsphere.clone_folder.fix": (
        "give both the same name in the spec, or use method: copy",
        "donnez-leur le même nom dans la spec, ou utilisez method: copy",
    ),
    "error.vsphere.no_space": (
        "{datastore} has {free_gib} GiB left, and {needed_gib} GiB are still to be copied",
        "il reste {free_gib} Gio sur {datastore}, et il faut encore y copier {needed_gib} Gio",
    ),
    "error.vsphere.no_space.fix": (
        "free space on it, or give some groups another datastore",
        "libérez de la place, ou donnez une autre banque de données à certains groupes",
    ),
    "error.vsphere.datastore_name": (
        (
            "the datastore {datastore} has a bracket in its name: in a path such as [{datastore}] srvweb1 "
            "nobody can tell where the name ends"
        ),
        (
            "la banque de données {datastore} a un crochet dans son nom : dans un chemin comme [{datastore}] "
            "srvweb1, on ne sait pas où finit ce nom"
        ),
    ),
    "error.vsphere.datastore_name.fix": (
        "rename it in the client, without [ and ], or use another datastore",
        "renommez-la dans le client, sans [ ni ], ou utilisez une autre banque de données",
    ),
    "error.vsphere.mac_taken": (
        (
            "{name} ({path}) has a card with the MAC {mac}, which is meant for a machine of this group, "
            "on {network}"
        ),
        (
            "{name} ({path}) a une carte dont l'adresse MAC est {mac}, prévue pour une machine de ce groupe, "
            "sur {network}"
        ),
    ),
    "error.vsphere.mac_taken.fix": (
        "give that card another MAC (Edit settings, Network adapter, MAC address: automatic)",
        (
            "donnez à cette carte une autre adresse MAC (Modifier les paramètres, Adaptateur réseau, "
            "Adresse MAC : automatique)"
        ),
    ),
    "error.vsphere.mac_shared": (
        (
            "{name} ({path}) has a card with the same MAC, {mac}, on {network}: answers go now to one, now "
            "to the other"
        ),
        (
            "{name} ({path}) a une carte de même adresse MAC, {mac}, sur {network} : les réponses vont "
            "tantôt à l'une, tantôt à l'autre"
        ),
    ),
    "error.vsphere.mac_shared.fix": (
        (
            "switch that machine off and give its card another MAC (Edit settings, Network adapter, MAC "
            "address: automatic)"
        ),
        (
            "éteignez cette machine et donnez à sa carte une autre adresse MAC (Modifier les paramètres, "
            "Adaptateur réseau, Adresse MAC : automatique)"
        ),
    ),
    "error.vsphere.foreign_machine": (
        "a machine that is not ours is in the way: {name} ({path}, {moref})",
        "une machine qui n'est pas gérée par esxlab est à la place voulue : {name} ({path}, {moref})",
    ),
    "error.vsphere.foreign_machine.fix": (
        "rename or move it, or choose other names in the spec; esxlab does not touch it",
        "renommez-la ou déplacez-la, ou changez les noms dans la spec ; esxlab n'y touche pas",
    ),
    "error.vsphere.moved_machine": (
        "{name} ({path}, {moref}) has our marks but is not where it was created, or is a copy of ours",
        (
            "{name} ({path}, {moref}) porte les marques d'esxlab mais n'est pas là où elle a été "
            "créée, ou est une copie"
        ),
    ),
    "error.vsphere.moved_machine.fix": (
        "move its files back into its own folder, or delete it by hand",
        "remettez ses fichiers dans son propre dossier, ou supprimez-la à la main",
    ),
    "error.vsphere.renamed_machine": (
        "{name} has our marks, but lies at {path} and not in {wanted}",
        "{name} porte les marques d'esxlab, mais se trouve à {path} et non dans {wanted}",
    ),
    "error.vsphere.renamed_machine.fix": (
        (
            "either the spec's names have changed (with a second group on the datastore, g01- comes in "
            'front): keep this group\'s old ones with overrides: {{{group}: {{names: {{vm: "{vm}", folder: '
            '"{folder}"}}}}}} in the spec; or somebody has moved it: move its files back, or delete it by '
            "hand"
        ),
        (
            "ou bien les noms de la spec ont changé (avec un deuxième groupe sur la banque de "
            "données, g01- se met devant) : gardez les anciens de ce groupe avec overrides: "
            '{{{group}: {{names: {{vm: "{vm}", folder: "{folder}"}}}}}} dans la spec ; ou bien '
            "quelqu'un l'a déplacée : remettez ses fichiers, ou supprimez-la à la main"
        ),
    ),
    "error.vsphere.unmarked_machine": (
        "{name} ({path}, {moref}) has the UUID of ours but not our owner marks",
        "{name} ({path}, {moref}) a l'UUID d'une machine d'esxlab, mais pas ses marques",
    ),
    "error.vsphere.unmarked_machine.fix": (
        "see what it is; delete it by hand if it is a leftover",
        "regardez ce que c'est ; supprimez-la à la main si c'est un reste",
    ),
    "error.vsphere.two_machines": (
        "several machines carry the same marks of ours: {machines}",
        "plusieurs machines portent les mêmes marques d'esxlab : {machines}",
    ),
    "error.vsphere.two_machines.fix": (
        "one is a clone made by hand: delete it, or remove its esxlab.* advanced parameters",
        "l'une est un clone fait à la main : supprimez-la, ou retirez ses paramètres avancés esxlab.*",
    ),
    "error.vsphere.foreign_folder": (
        "the folder {folder} is not ours (owner: {owner})",
        "le dossier {folder} n'est pas géré par esxlab (propriétaire : {owner})",
    ),
    "error.vsphere.foreign_folder.fix": (
        "empty, rename or delete it by hand, or choose another folder in the spec",
        "videz-le, renommez-le ou supprimez-le à la main, ou changez le dossier dans la spec",
    ),
    "port_group.unrecorded": ("nothing", "rien"),
    "error.vsphere.foreign_port_group": (
        (
            "the port group {port_group} of {host} is not this group's: found VLAN {vlan}, {vswitch}; the "
            "spec wants VLAN {wanted_vlan}, {wanted_vswitch}; the group's record has {recorded}"
        ),
        (
            "le groupe de ports {port_group} de {host} n'est pas celui de ce groupe : trouvé VLAN "
            "{vlan}, {vswitch} ; la spec veut VLAN {wanted_vlan}, {wanted_vswitch} ; la fiche du "
            "groupe a {recorded}"
        ),
    ),
    "error.vsphere.port_group_respec": (
        (
            "the spec has changed: it wants VLAN {wanted_vlan}, {wanted_vswitch} for the port group "
            "{port_group} of {host}; found VLAN {vlan}, {vswitch}, as this group's record has it ({recorded})"
        ),
        (
            "la spec a changé : elle veut VLAN {wanted_vlan}, {wanted_vswitch} pour le groupe de "
            "ports {port_group} de {host} ; trouvé VLAN {vlan}, {vswitch}, comme dans la fiche du "
            "groupe ({recorded})"
        ),
    ),
    "error.vsphere.port_group_respec.fix": (
        (
            "put {recorded} back into the spec; or, to move the group to the new one, tear it down and "
            "provision it again. Nothing is changed while machines may use it"
        ),
        (
            "remettez {recorded} dans la spec ; ou, pour changer, démontez le groupe et déployez-le de "
            "nouveau. Rien n'est modifié tant que des machines peuvent s'en servir"
        ),
    ),
    "error.vsphere.foreign_port_group.fix": (
        (
            "if somebody changed it, set its VLAN and its vSwitch back by hand; if an administrator made it "
            "for this group, say `existing: true` beside its name in the spec; else choose another name "
            "there, or remove that port group if nobody needs it"
        ),
        (
            "si quelqu'un l'a changé, remettez à la main son VLAN et son vSwitch ; si un "
            "administrateur l'a créé pour ce groupe, écrivez `existing: true` à côté de son nom dans "
            "la spec ; sinon choisissez-y un autre nom, ou supprimez-le si personne n'en a besoin"
        ),
    ),
    "error.vsphere.name_taken": (
        "the server says that {name} exists, but ours is not at {path}",
        "le serveur dit que {name} existe, mais la machine d'esxlab n'est pas à {path}",
    ),
    "error.vsphere.name_taken.fix": (
        "see what carries that name or lies at that path, and rename or move it",
        "regardez ce qui porte ce nom ou se trouve à ce chemin, et renommez-le ou déplacez-le",
    ),
}
