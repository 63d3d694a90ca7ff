"""Texts of doctor and role."""

TEXTS = {
    "command.doctor.long": (
        (
            "Look at everything that provision will need; change nothing.\n\n"
            "Servers: reachability, certificate, login (one try), licence, privileges by name, "
            "clock, model, space, memory. Groups: names, folders, port groups, VLANs. Routers: "
            "login, image, serial number, lines in the way. The table says what is wrong, where and "
            "how to mend it.\n\n"
            "With --probe it changes something, on hosts that are changed over SSH and after a question: it "
            "tries what provision does on a folder, a port group and a machine of its own, takes them away, "
            "and prints a report without names, addresses or serial numbers. What a killed probe has left "
            "goes with the next one."
        ),
        (
            "Examiner tout ce dont provision aura besoin ; ne rien changer.\n\n"
            "Serveurs : accès, certificat, connexion (un seul essai), licence, privilèges par leur "
            "nom, horloge, modèle, espace, mémoire. Groupes : noms, dossiers, groupes de ports, "
            "VLAN. Routeurs : connexion, image, numéro de série, lignes qui gênent. Le tableau dit "
            "ce qui ne va pas, où, et comment y remédier.\n\n"
            "Avec --probe, des changements sont faits, sur les hôtes modifiés en SSH et après une question : "
            "ce que fait provision est essayé sur un dossier, un groupe de ports et une machine propres à "
            "l'essai, qui sont ensuite retirés ; un rapport sans nom, adresse ni numéro de série est "
            "affiché. Ce qu'un essai tué a laissé part avec le suivant."
        ),
    ),
    "command.role.long": (
        "The vSphere role that esxlab needs.",
        "Afficher le rôle vSphere dont esxlab a besoin.",
    ),
    "command.print.long": (
        ("Print the least role of a vCenter: a table, or the line for govc or PowerCLI that makes it."),
        (
            "Afficher le rôle minimal d'un vCenter : un tableau, ou la ligne de govc ou de PowerCLI "
            "qui le crée."
        ),
    ),
    "command.print.short": (
        "print the least role",
        "afficher le rôle minimal",
    ),
    "option.for_tool": (
        "as a table, or as a line for this tool",
        "en tableau, ou en ligne pour cet outil",
    ),
    "option.cloning": (
        "with what `method: clone` and `linked` need",
        "avec ce qu'exigent `method: clone` et `linked`",
    ),
    "option.existing_networks": (
        "without what only the making of port groups needs (`existing: true`)",
        "sans ce que seule la création de groupes de ports exige (`existing: true`)",
    ),
    "column.topic": (
        "what",
        "objet",
    ),
    "column.found": (
        "found",
        "constaté",
    ),
    "column.privilege": (
        "privilege",
        "privilège",
    ),
    "column.needed_on": (
        "needed on",
        "nécessaire sur",
    ),
    "privilege.datacenter": (
        "the datacenter and what is in it",
        "le centre de données et son contenu",
    ),
    "privilege.datastore": (
        "the datastores of the class",
        "les banques de données de la classe",
    ),
    "privilege.host": (
        "the ESXi hosts of the class",
        "les hôtes ESXi de la classe",
    ),
    "privilege.network": (
        "the networks that exist already: staging, `existing: true`",
        "les réseaux qui existent déjà : staging, `existing: true`",
    ),
    "privilege.pool": (
        "the hosts' resource pools",
        "les pools de ressources des hôtes",
    ),
    "doctor.kind.datacenter": ("datacenter", "centre de données"),
    "doctor.kind.datastore": ("datastore", "banque de données"),
    "doctor.kind.host": ("host", "hôte"),
    "doctor.kind.network": ("network", "réseau"),
    "doctor.kind.pool": ("pool", "pool de ressources"),
    "doctor.topic.server": (
        "server",
        "serveur",
    ),
    "doctor.topic.licence": (
        "licence",
        "licence",
    ),
    "doctor.topic.privileges": (
        "privileges",
        "privilèges",
    ),
    "doctor.topic.clock": (
        "clock",
        "horloge",
    ),
    "doctor.topic.model": (
        "model",
        "modèle",
    ),
    "doctor.topic.login": ("guests' login", "connexion aux machines"),
    "doctor.login": ("by SSH key: {keys}", "par clé SSH : {keys}"),
    "doctor.topic.key": (
        "SSH host key",
        "clé d'hôte SSH",
    ),
    "doctor.topic.datastore": (
        "datastore",
        "banque de données",
    ),
    "doctor.topic.memory": (
        "memory",
        "mémoire",
    ),
    "doctor.topic.uplink": (
        "uplink",
        "lien montant",
    ),
    "doctor.uplink": (
        "has a link",
        "a un lien",
    ),
    "doctor.topic.group": (
        "group",
        "groupe",
    ),
    "doctor.topic.network": (
        "network",
        "réseau",
    ),
    "doctor.topic.router": (
        "router",
        "routeur",
    ),
    "doctor.topic.terminal": (
        "terminal",
        "terminal",
    ),
    "doctor.server": (
        "{product}, as {user}",
        "{product}, en tant que {user}",
    ),
    "doctor.licence": (
        "allows changes",
        "permet les modifications",
    ),
    "doctor.licence.ssh": (
        "free: its API only reads, changes go over SSH",
        "gratuite : son API ne fait que lire, les changements passent par SSH",
    ),
    "doctor.shell": (
        "reached; the host's own programs make the changes",
        "joint ; les programmes de l'hôte font les changements",
    ),
    "doctor.topic.shell": (
        "SSH (ESXi)",
        "SSH (ESXi)",
    ),
    "doctor.privileges": (
        "all that are needed ({kind})",
        "tous ceux qu'il faut ({kind})",
    ),
    "doctor.clock": (
        "{seconds} s apart from this computer",
        "écart de {seconds} s avec cet ordinateur",
    ),
    "doctor.model": (
        "off, no snapshot, {gib} GiB on {datastore}",
        "éteint, sans instantané, {gib} Gio sur {datastore}",
    ),
    "doctor.datastore": (
        "{needed_gib} GiB to copy (at worst {worst_gib}), {free_gib} free",
        "{needed_gib} Gio à copier (au pire {worst_gib}), {free_gib} Gio libres",
    ),
    "doctor.network.standard": (
        "exists: standard, {switch}, VLAN {vlan}",
        "existe : standard, {switch}, VLAN {vlan}",
    ),
    "doctor.network.distributed": (
        "exists: distributed, {switch}, VLAN {vlan}",
        "existe : distribué, {switch}, VLAN {vlan}",
    ),
    "doctor.memory": (
        "{needed_mib} MiB to start, {free_mib} free",
        "{needed_mib} Mio pour allumer les machines, {free_mib} Mio libres",
    ),
    "doctor.group": (
        "nothing in the way; {machines} machines there",
        "rien ne gêne ; machines présentes : {machines}",
    ),
    "doctor.router": (
        "{image}, serial number {serial}",
        "{image}, numéro de série {serial}",
    ),
    "doctor.topic.ssh": (
        "SSH",
        "SSH",
    ),
    "doctor.topic.nat": (
        "outside port",
        "port extérieur",
    ),
    "doctor.ssh": (
        "{agreed}",
        "{agreed}",
    ),
    "doctor.nat.free": (
        "{protocol} {port} of {interface} is free",
        "{protocol} {port} de {interface} est libre",
    ),
    "doctor.nat.ours": (
        "{protocol} {port} of {interface} is this group's already",
        "{protocol} {port} de {interface} appartient déjà à ce groupe",
    ),
    "doctor.key.known": (
        "copies must show {key}",
        "les copies doivent présenter {key}",
    ),
    "doctor.key.none": (
        "the model has none: what each copy shows is believed",
        "le modèle n'en a pas : celle que présente chaque copie est acceptée",
    ),
    "doctor.terminal": (
        "{encoding}",
        "{encoding}",
    ),
    "doctor.warning": (
        "warning",
        "attention",
    ),
    "doctor.ready": (
        "Nothing forbids a provision.",
        "Rien n'empêche le déploiement.",
    ),
    "doctor.failed.one": (
        "{count} thing has to be mended first.",
        "{count} point est à corriger d'abord.",
    ),
    "doctor.failed.many": (
        "{count} things have to be mended first.",
        "{count} points sont à corriger d'abord.",
    ),
    "doctor.warned.one": (
        "{count} warning.",
        "{count} avertissement.",
    ),
    "doctor.warned.many": (
        "{count} warnings.",
        "{count} avertissements.",
    ),
    "error.doctor.clock": (
        "the server's clock is {seconds} s apart from this computer's",
        "l'horloge du serveur a {seconds} s d'écart avec celle de cet ordinateur",
    ),
    "error.doctor.clock.fix": (
        (
            "switch NTP on, on both; certificates and the guests' clocks depend on it (locks go by "
            "the server's clock alone)"
        ),
        (
            "activez NTP des deux côtés ; les certificats et l'heure des machines en dépendent (les "
            "verrous suivent l'horloge du serveur seule)"
        ),
    ),
    "error.doctor.router_clock": (
        "the router's clock is {seconds} s apart from this computer's",
        "l'horloge du routeur a {seconds} s d'écart avec celle de cet ordinateur",
    ),
    "error.doctor.router_clock.fix": (
        "on the router: `ntp server ADDRESS`, or `clock set`; nothing of the lab depends on it but its logs",
        (
            "sur le routeur : `ntp server ADRESSE`, ou `clock set` ; dans le TP, seuls ses journaux "
            "en dépendent"
        ),
    ),
    "error.doctor.router_clock_unread": (
        "`show clock` was answered in a form that is not known",
        "`show clock` a reçu une réponse de forme inconnue",
    ),
    "error.doctor.router_clock_unread.fix": (
        "look at the router's clock by hand",
        "regardez l'horloge du routeur vous-même",
    ),
    "error.doctor.model_changed": (
        "the model has changed since doctor last looked at it ({before}, now {now})",
        "le modèle a changé depuis le dernier examen ({before}, maintenant {now})",
    ),
    "error.doctor.model_changed.fix": (
        (
            "if you have changed it: new copies have the change, machines that exist do not; tear a group "
            "down and provision it again where it matters. If not: find out who has"
        ),
        (
            "si c'est vous : les nouvelles copies ont ce changement, les machines existantes non ; "
            "démontez un groupe puis déployez-le de nouveau si cela compte. Sinon : cherchez qui l'a "
            "changé"
        ),
    ),
    "error.doctor.model_key": (
        "nobody has said which SSH host key the model has: the first copy's will be believed",
        "personne n'a dit quelle clé d'hôte SSH a le modèle : celle de la première copie sera acceptée",
    ),
    "error.doctor.model_key.fix": (
        (
            "read it on the model's console, `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`, and write "
            "it into the spec: `guest: {{host_key: SHA256:...}}`; `none`, when it has no keys"
        ),
        (
            "lisez-la sur la console du modèle, `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`, "
            "et écrivez-la dans la spec : `guest: {{host_key: SHA256:...}}` ; `none`, s'il n'en a pas"
        ),
    ),
    "error.doctor.licence_unknown": (
        "whether its licence ({edition}) lets programs change anything is not known",
        "on ne sait pas si sa licence ({edition}) laisse des programmes changer quoi que ce soit",
    ),
    "error.doctor.licence_unknown.fix": (
        (
            "look at Manage > Licensing in the host client: `vSphere API` must be among the features; "
            "else the first change is refused"
        ),
        (
            "regardez Gérer > Licences dans le client hôte : `vSphere API` doit figurer parmi les "
            "fonctionnalités ; sinon la première modification est refusée"
        ),
    ),
    "error.doctor.no_uplink": (
        "the vSwitch {vswitch} of {host} has no uplink: the router cannot reach the machines",
        "le vSwitch {vswitch} de {host} n'a pas de lien montant : le routeur n'atteindra pas les machines",
    ),
    "error.doctor.no_uplink.fix": (
        "give it a physical card in the host client, or name another one in the spec (vsphere.vswitch)",
        "donnez-lui une carte physique dans le client hôte, ou nommez-en un autre (vsphere.vswitch)",
    ),
    "error.doctor.uplink_down": (
        "no uplink of the vSwitch {vswitch} of {host} has a link: the router cannot reach the machines",
        (
            "aucun lien montant du vSwitch {vswitch} de {host} n'est actif : le routeur n'atteindra "
            "pas les machines"
        ),
    ),
    "error.doctor.uplink_down.fix": (
        "plug the cable in, and see that the switch's port is up and carries the groups' VLANs (a trunk)",
        (
            "branchez le câble, et vérifiez que le port du commutateur est actif et transporte les "
            "VLAN des groupes (trunk)"
        ),
    ),
    "error.doctor.vlan_unseen": (
        (
            "the uplinks of {vswitch} on {host} have seen traffic of VLAN {seen} so far, none of VLAN "
            "{missing}: the trunk may not carry it"
        ),
        (
            "les liens montants de {vswitch} sur {host} ont vu passer jusqu'ici le VLAN {seen}, mais pas "
            "le VLAN {missing} : le trunk ne le transporte peut-être pas"
        ),
    ),
    "error.doctor.vlan_unseen.fix": (
        (
            "this is only a hint, for a VLAN in which nobody has spoken yet is not seen: look on the "
            "physical switch whether the host's port allows it (switchport trunk allowed vlan)"
        ),
        (
            "ce n'est qu'un indice, car un VLAN où personne n'a encore parlé ne se voit pas : vérifiez sur "
            "le commutateur que le port de l'hôte l'autorise (switchport trunk allowed vlan)"
        ),
    ),
    "error.doctor.vlans_unknown": (
        (
            "the uplinks of {vswitch} on {host} have seen no traffic of any VLAN: nobody can tell from here "
            "whether the trunk carries VLAN {missing}"
        ),
        (
            "les liens montants de {vswitch} sur {host} n'ont vu passer aucun VLAN : on ne peut pas savoir "
            "d'ici si le trunk transporte le VLAN {missing}"
        ),
    ),
    "error.doctor.vlans_unknown.fix": (
        (
            "look on the physical switch whether the host's port is a trunk that allows it (switchport trunk "
            "allowed vlan)"
        ),
        (
            "vérifiez sur le commutateur que le port de l'hôte est un trunk qui l'autorise (switchport trunk "
            "allowed vlan)"
        ),
    ),
    "error.doctor.thick_copies": (
        (
            "{datastore}: {needed_gib} GiB if the vCenter copies thin, but {worst_gib} GiB at once if it "
            "copies thick, as some do; {free_gib} are free"
        ),
        (
            "{datastore} : {needed_gib} Gio si le vCenter copie en « thin », mais {worst_gib} Gio d'un coup "
            "s'il copie en « thick », comme certains ; {free_gib} sont libres"
        ),
    ),
    "error.doctor.thick_copies.fix": (
        (
            "provision one group first and look at the size of its disks; free space, or give some groups "
            "another datastore (`vsphere.datastore`)"
        ),
        (
            "déployez d'abord un groupe et regardez la taille de ses disques ; libérez de la place, "
            "ou donnez une autre banque de données à certains groupes (`vsphere.datastore`)"
        ),
    ),
    "error.doctor.overcommit": (
        (
            "{datastore}: the copies fit ({needed_gib} GiB, {free_gib} free), but not when all disks "
            "have grown ({worst_gib} GiB)"
        ),
        (
            "{datastore} : les copies tiennent ({needed_gib} Gio, {free_gib} libres), mais plus "
            "quand tous les disques auront grossi ({worst_gib} Gio)"
        ),
    ),
    "error.doctor.overcommit.fix": (
        (
            "watch the datastore during the term, or move groups to another one with "
            "`vsphere.datastore` in the spec"
        ),
        (
            "surveillez la banque de données pendant le semestre, ou déplacez des groupes avec "
            "`vsphere.datastore` dans la spec"
        ),
    ),
    "error.doctor.memory": (
        "{host}: {needed_mib} MiB are to be started, {free_mib} MiB are free",
        "{host} : il faut {needed_mib} Mio pour allumer les machines, {free_mib} Mio sont libres",
    ),
    "error.doctor.memory.fix": (
        (
            "stop other machines, spread the groups over several hosts with `vsphere.hosts`, or "
            "lower `hardware.memory_mib` in the spec"
        ),
        (
            "éteignez d'autres machines, répartissez les groupes sur plusieurs hôtes avec "
            "`vsphere.hosts`, ou baissez `hardware.memory_mib` dans la spec"
        ),
    ),
    "error.doctor.serial": (
        "no serial number is pinned for this router; it answers {serial}",
        "aucun numéro de série n'est épinglé pour ce routeur ; il répond {serial}",
    ),
    "error.doctor.serial.fix": (
        (
            "compare with each router's label, then `esxlab trust` pins them all (or `serial_number` "
            "in the spec's `router`, for a group below `overrides`)"
        ),
        (
            "comparez à l'étiquette de chaque routeur, puis `esxlab trust` les épingle tous (ou "
            "`serial_number` dans `router` de la spec, par groupe sous `overrides`)"
        ),
    ),
    "error.doctor.http_server": (
        "the router's own web server (`{line}`) uses the lab's outside port",
        "le serveur web du routeur (`{line}`) utilise le port extérieur du TP",
    ),
    "error.doctor.http_server.fix": (
        "on the router: `no {line}`, or give the group another `outside_port`",
        "sur le routeur : `no {line}`, ou donnez au groupe un autre `outside_port`",
    ),
    "error.doctor.encoding": (
        ("the terminal's encoding is {encoding}: signs and accents are shown as plain letters or `?`"),
        (
            "l'encodage du terminal est {encoding} : signes et accents sont montrés en lettres "
            "simples ou par `?`"
        ),
    ),
    "error.doctor.encoding.fix": (
        "set PYTHONUTF8=1, or use a terminal in UTF-8",
        "définissez PYTHONUTF8=1, ou utilisez un terminal en UTF-8",
    ),
    "error.doctor.narrow": (
        "the terminal has {width} columns",
        "le terminal a {width} colonnes",
    ),
    "error.doctor.narrow.fix": (
        "make it 80 columns or wider",
        "élargissez-le à 80 colonnes ou plus",
    ),
    "error.vsphere.command_privilege": (
        "`esxlab {command}` lacks a privilege: {names}; all else does without it",
        "un privilège manque pour `esxlab {command}` : {names} ; tout le reste s'en passe",
    ),
    "error.vsphere.command_privilege.fix": (
        "add it to the account's role on this object, with propagation; the whole role: `esxlab role print`",
        "ajoutez-le au rôle du compte sur cet objet, avec propagation ; le rôle entier : `esxlab role print`",
    ),
    "error.vsphere.privileges": (
        "privileges are missing: {names}",
        "des privilèges manquent : {names}",
    ),
    "error.vsphere.privileges.fix": (
        (
            "add them to the account's role on this object, with propagation; the whole role: "
            "`esxlab role print`"
        ),
        (
            "ajoutez-les au rôle du compte sur cet objet, avec propagation ; le rôle entier : "
            "`esxlab role print`"
        ),
    ),
}
