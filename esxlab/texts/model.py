"""Texts of `esxlab model`, and of what doctor says of a model's hardware."""

TEXTS = {
    "command.model.long": (
        "The machine whose disk the class's machines are copied from: build it, or see whether it will do.",
        (
            "Construire la machine dont le disque est copié pour les machines de la classe, ou voir si "
            "elle convient."
        ),
    ),
    "command.model_check.short": (
        "see whether a machine will do as a model",
        "voir si une machine convient comme modèle",
    ),
    "command.model_check.long": (
        (
            "See whether a machine of the inventory, the spec's model unless NAME names another one, will do "
            "as a model.\n\n"
            "First by what vSphere shows: power, snapshots, disks, controller, firmware, cards, Tools, "
            "an ISO "
            "in the drive, space. Then from the inside: a throw-away copy is made on the school's network, "
            "powered on, asked over SSH (release, login, ifupdown, shell, ping, packages, space, clock), and "
            "deleted again. The packages of both parts that it lacks are installed in it, as a provision "
            "would. The model itself is only read. A copy that a killed run has left is deleted by the next."
        ),
        (
            "Voir si une machine de l'inventaire, le modèle de la spec si NOM n'en nomme pas une autre, "
            "convient comme modèle.\n\n"
            "D'abord par ce que montre vSphere : alimentation, instantanés, disques, contrôleur, firmware, "
            "cartes, Tools, ISO dans le lecteur, espace. Puis de l'intérieur : une copie d'essai est créée "
            "sur le réseau de l'établissement, allumée, interrogée en SSH (version, connexion, ifupdown, "
            "shell, ping, paquets, espace, horloge), puis supprimée. Les paquets des deux parties qui lui "
            "manquent y sont installés, comme le ferait un déploiement. Le modèle lui-même n'est que lu. "
            "Une copie laissée par une exécution interrompue est supprimée par la suivante."
        ),
    ),
    "option.no_copy": (
        "only what vSphere shows: make no throw-away copy",
        "seulement ce que montre vSphere : ne pas faire de copie d'essai",
    ),
    "model.ready": (
        "Nothing speaks against this model.",
        "Rien ne s'oppose à ce modèle.",
    ),
    "doctor.clock.hurries": (
        "not compared: the embedded school's guests have a faster one",
        "non comparée : celle des machines de l'établissement simulé va plus vite",
    ),
    "doctor.topic.copy": ("throw-away copy", "copie d'essai"),
    "doctor.copy": ("asked, and deleted again", "interrogée, puis supprimée"),
    "doctor.login.root": ("root logs in over SSH", "root se connecte en SSH"),
    "doctor.topic.system": ("system", "système"),
    "doctor.system": (
        "Debian {number} ({release}), {arch}, LANG={lang}",
        "Debian {number} ({release}), {arch}, LANG={lang}",
    ),
    "doctor.network.ifupdown": ("ifupdown, DHCP by {client}", "ifupdown, DHCP par {client}"),
    "doctor.topic.login_shell": ("root's shell", "shell de root"),
    "doctor.login_shell": (
        "{shell}, which prints nothing of its own",
        "{shell}, qui n'affiche rien de lui-même",
    ),
    "doctor.topic.ping": ("ping", "ping"),
    "doctor.ping": ("is there", "est présent"),
    "doctor.topic.packages": ("packages", "paquets"),
    "doctor.packages.there": (
        "all {all} of both parts are there",
        "les {all} des deux parties sont présents",
    ),
    "doctor.packages.had": (
        "{there} of {all} are there, the others were installed: {names}",
        "{there} sur {all} sont présents, les autres ont pu être installés : {names}",
    ),
    "doctor.topic.room": ("space on /", "espace sur /"),
    "doctor.room": (
        "{free_mib} MiB free with the packages of both parts in",
        "{free_mib} Mio libres avec les paquets des deux parties",
    ),
    "error.model.firmware": (
        "its firmware is EFI, and its guest system ({guest_id}) is a 32-bit one",
        "son firmware est EFI, et son système invité ({guest_id}) est en 32 bits",
    ),
    "error.model.firmware.fix": (
        "the sheet's Debian boots by BIOS: install it anew in a machine whose firmware is BIOS",
        "le Debian du sujet démarre par le BIOS : réinstallez-le dans une machine dont le firmware est BIOS",
    ),
    "error.model.no_tools": (
        "vSphere has never seen VMware Tools in it: nobody will know its copies' addresses",
        "vSphere n'y a jamais vu les VMware Tools : personne ne connaîtra l'adresse de ses copies",
    ),
    "error.model.no_tools.fix": (
        "in the model: `apt-get install open-vm-tools`, then shut it down",
        "dans le modèle : `apt-get install open-vm-tools`, puis arrêtez-le",
    ),
    "error.model.iso": (
        "its CD-ROM drive is connected at power-on, with {iso}",
        "son lecteur de CD-ROM est connecté au démarrage, avec {iso}",
    ),
    "error.model.iso.fix": (
        (
            "in the model's settings, CD/DVD drive: take `Connect at power on` away (the sheet says so "
            "too); a clone would start with it"
        ),
        (
            "dans les paramètres du modèle, lecteur CD/DVD : décochez « Connecter à la mise sous tension » "
            "(le sujet le demande aussi) ; un clone démarrerait avec"
        ),
    ),
    "error.model.cards": (
        "it has {count} network cards, and the sheet's model has 1",
        "elle a {count} cartes réseau, et le modèle du sujet en a 1",
    ),
    "error.model.cards.fix": (
        (
            "copies get a card in the place of the model's first one: give the model one card, on the "
            "school's network, and let its /etc/network/interfaces name only that"
        ),
        (
            "les copies reçoivent une carte à la place de la première du modèle : donnez-lui une seule "
            "carte, sur le réseau de l'établissement, et ne nommez qu'elle dans /etc/network/interfaces"
        ),
    ),
    "error.model.card_type": (
        "its card is of type {type}, which esxlab cannot make: copies get a vmxnet3",
        "sa carte est de type {type}, qu'esxlab ne sait pas créer : les copies reçoivent une vmxnet3",
    ),
    "error.model.card_type.fix": (
        "give the model a card of one of these types: {known}; its name in the guest changes with it",
        (
            "donnez au modèle une carte de l'un de ces types : {known} ; son nom dans le système invité "
            "change avec elle"
        ),
    ),
    "error.model.iso_unread": (
        "the ISO cannot be read",
        "l'ISO est illisible",
    ),
    "error.model.iso_unread.fix": (
        "look whether the path is right, and whether the file was downloaded to its end",
        "vérifiez le chemin, et que le fichier a été téléchargé jusqu'au bout",
    ),
    "error.model.iso_sha256": (
        "the ISO is another file than the one that is meant: its SHA-256 is {found}, not {wanted}",
        "l'ISO n'est pas le fichier attendu : son SHA-256 est {found}, pas {wanted}",
    ),
    "error.model.iso_sha256.fix": (
        "compare with SHA256SUMS beside the ISO in Debian's archive; download it again if it differs",
        "comparez avec SHA256SUMS à côté de l'ISO dans l'archive de Debian ; s'il diffère, retéléchargez-la",
    ),
    "error.model.iso_kind": (
        "the ISO is none of Debian's installers; it says of itself: {said}",
        "l'ISO n'est pas un installateur de Debian ; elle dit d'elle-même : {said}",
    ),
    "error.model.iso_kind.fix": (
        "take a netinst or DVD image, i386 or amd64, that boots by isolinux (no live image, no mini.iso)",
        "prenez une image netinst ou DVD, i386 ou amd64, qui démarre par isolinux (ni live, ni mini.iso)",
    ),
    "error.model.not_copied": (
        "no throw-away copy was made: what is wrong above stands in the way",
        "aucune copie d'essai n'a été faite : ce qui ne va pas ci-dessus l'empêche",
    ),
    "error.model.not_copied.fix": (
        "mend that, then check again: the inside has not been looked at yet",
        "corrigez cela, puis recommencez : l'intérieur n'a pas encore été examiné",
    ),
    "error.model.locked": (
        "somebody else is at work on this model now ({who})",
        "quelqu'un d'autre s'occupe de ce modèle en ce moment ({who})",
    ),
    "error.model.locked.fix": (
        "wait with `--lock-wait 600`; the lock of a run that is dead ends by itself within {minutes} min",
        (
            "attendez avec `--lock-wait 600` ; le verrou d'une exécution interrompue brutalement tombe de "
            "lui-même en {minutes} min"
        ),
    ),
    "error.model.stopped": (
        "stopped before everything was asked",
        "arrêté avant d'avoir tout demandé",
    ),
    "error.model.stopped.fix": (
        "check again; a throw-away copy that is still there goes first",
        "recommencez ; une copie d'essai encore présente est supprimée d'abord",
    ),
    "error.model.release": (
        "its release ({release}) is none of those that esxlab knows: {known}",
        "sa version ({release}) n'est aucune de celles qu'esxlab connaît : {known}",
    ),
    "error.model.release.fix": (
        "install one of these Debian releases; the sheet has stretch (Debian 9)",
        "installez l'une de ces versions de Debian ; le sujet utilise stretch (Debian 9)",
    ),
    "error.model.architecture": (
        "Debian for {arch} in a machine that is set to a 32-bit guest system ({guest_id})",
        "une Debian {arch} dans une machine réglée pour un système invité en 32 bits ({guest_id})",
    ),
    "error.model.architecture.fix": (
        "set the model's guest OS version to the 64-bit one (debian9_64Guest, for instance)",
        "choisissez pour le modèle la version 64 bits du système invité (debian9_64Guest, par exemple)",
    ),
    "error.model.no_host_key": (
        "it has no ed25519 host key of SSH",
        "elle n'a pas de clé d'hôte SSH ed25519",
    ),
    "error.model.no_host_key.fix": (
        "in the model: `ssh-keygen -A`; by this key a copy is known before it gets a password",
        (
            "dans le modèle : `ssh-keygen -A` ; c'est à cette clé qu'une copie est "
            "reconnue avant de recevoir un mot de passe"
        ),
    ),
    "error.model.persistent_net": (
        "{file} gives its cards names by their MACs ({names}): a copy's card gets the next name",
        (
            "{file} nomme ses cartes d'après leur adresse MAC ({names}) : la carte "
            "d'une copie reçoit le nom suivant"
        ),
    ),
    "error.model.persistent_net.fix": (
        "in the model: `rm {file}`, then shut it down",
        "dans le modèle : `rm {file}`, puis arrêtez-le",
    ),
    "error.model.login_shell": (
        "root's login shell is {shell}",
        "le shell de connexion de root est {shell}",
    ),
    "error.model.login_shell.fix": (
        (
            "esxlab uses /bin/sh all the same; for a class that expects bash: "
            "`chsh -s /bin/bash root` in the model"
        ),
        (
            "esxlab utilise /bin/sh malgré tout ; pour une classe qui attend bash : `chsh -s /bin/bash root` "
            "dans le modèle"
        ),
    ),
    "error.model.noisy_shell": (
        "root's shell prints something at each login, also without a terminal: {words}",
        "le shell de root affiche quelque chose à chaque connexion, même sans terminal : {words}",
    ),
    "error.model.noisy_shell.fix": (
        (
            'in the model\'s /root/.bashrc: put `[ -z "$PS1" ] && return` before what prints; esxlab goes '
            "on, but scp and sftp end in garbage"
        ),
        (
            'dans /root/.bashrc du modèle : mettez `[ -z "$PS1" ] && return` avant ce qui affiche ; esxlab '
            "continue, mais scp et sftp échouent"
        ),
    ),
    "error.model.no_ping": (
        (
            "`ping` is not installed: the checks that a server reaches or does not "
            "reach somebody cannot be asked"
        ),
        "`ping` n'est pas installé : impossible de vérifier qu'un serveur atteint ou n'atteint pas quelqu'un",
    ),
    "error.model.no_ping.fix": (
        "in the model: `apt-get install iputils-ping`, then shut it down",
        "dans le modèle : `apt-get install iputils-ping`, puis arrêtez-le",
    ),
    "error.model.apt": (
        "its package lists cannot be read anew; nothing depends on that while all packages are there",
        (
            "ses listes de paquets ne se mettent pas à jour ; sans conséquence "
            "tant que tous les paquets sont présents"
        ),
    ),
    "error.model.apt.fix": (
        (
            "look at /etc/apt/sources.list in the model: Debian 9 is on the "
            "archive only, and its keys have expired"
        ),
        (
            "regardez /etc/apt/sources.list dans le modèle : Debian 9 n'est plus que sur l'archive, et "
            "ses clés "
            "ont expiré"
        ),
    ),
    "error.model.room": (
        "{free_mib} MiB are free on / with the packages of both parts in, {least_mib} should be",
        "il reste {free_mib} Mio sur / avec les paquets des deux parties, il en faudrait {least_mib}",
    ),
    "error.model.room.fix": (
        (
            "in the model: `apt-get clean`, delete what is not needed, or install "
            "on a larger disk (the sheet: 20 GB)"
        ),
        (
            "dans le modèle : `apt-get clean`, supprimez le superflu, ou installez sur un disque plus grand "
            "(le sujet : 20 Go)"
        ),
    ),
    "error.model.room_unread": (
        "`df -P -k /` was answered in a form that is not known",
        "`df -P -k /` a reçu une réponse de forme inconnue",
    ),
    "error.model.room_unread.fix": (
        "look at the model's free space by hand",
        "regardez l'espace libre du modèle vous-même",
    ),
    "error.model.clock": (
        "a copy's clock is {seconds} s apart from this computer's",
        "l'horloge d'une copie a {seconds} s d'écart avec celle de cet ordinateur",
    ),
    "error.model.clock.fix": (
        "switch NTP on, on the ESXi host: a machine takes its time from there when it is powered on",
        "activez NTP sur l'hôte ESXi : une machine y prend l'heure quand on l'allume",
    ),
    "error.model.clock_unread": (
        "`date +%s` was answered in a form that is not known",
        "`date +%s` a reçu une réponse de forme inconnue",
    ),
    "error.model.clock_unread.fix": (
        "look at the model's clock by hand",
        "regardez l'horloge du modèle vous-même",
    ),
}
