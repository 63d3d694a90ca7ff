"""Texts about guests: reaching them, configuring them, the templates they are seeded with."""

from __future__ import annotations

TEXTS = {
    "guest.layer.network": (
        "no answer at this address",
        "aucune réponse à cette adresse",
    ),
    "guest.layer.port": (
        "the machine answers, but nothing listens on the port",
        "la machine répond, mais rien n'écoute sur le port",
    ),
    "guest.layer.banner": (
        "the port is open, but no SSH server speaks",
        "le port est ouvert, mais aucun serveur SSH ne parle",
    ),
    "guest.layer.handshake": (
        "an SSH server speaks, but the two find no common ground",
        "un serveur SSH parle, mais la négociation échoue",
    ),
    "guest.layer.forbidden": (
        "the jump host refuses to forward (AllowTcpForwarding)",
        "la machine de rebond refuse la redirection (AllowTcpForwarding)",
    ),
    "guest.layer.jump": (
        "the jump host is gone",
        "la machine de rebond a disparu",
    ),
    "error.guest.unreachable": (
        "no SSH on {address} port {port}: {layer}",
        "pas de SSH sur {address}, port {port} : {layer}",
    ),
    "error.guest.unreachable.fix": (
        (
            "look at the machine's console in vSphere: is it on, does VMware Tools show this address, does "
            "sshd run (`systemctl status ssh`)? Then run the same command again"
        ),
        (
            "regardez la console de la machine dans vSphere : est-elle allumée, VMware Tools montre-t-il "
            "cette adresse, sshd tourne-t-il (`systemctl status ssh`) ? Puis relancez la même commande"
        ),
    ),
    "error.guest.still_silent": (
        "{machine} has left an earlier question without an answer: it is not dialled again",
        "{machine} a laissé une question précédente sans réponse : elle n'est plus interrogée",
    ),
    "error.guest.still_silent.fix": (
        "mend what is said at that question, then run the same command again",
        "corrigez ce qui est dit à propos de cette question, puis relancez la même commande",
    ),
    "error.guest.no_address": (
        "the machine has no address: VMware Tools reports none",
        "la machine n'a pas d'adresse : VMware Tools n'en indique aucune",
    ),
    "error.guest.no_address.fix": (
        (
            "check that open-vm-tools is installed in the model, that its card is connected, and that the "
            "school's DHCP has free addresses"
        ),
        (
            "vérifiez que open-vm-tools est installé dans le modèle, que sa carte est connectée, et "
            "que le DHCP de l'établissement a des adresses libres"
        ),
    ),
    "error.guest.login": (
        "the guest refuses the password of {user}",
        "la machine refuse le mot de passe de {user}",
    ),
    "error.guest.login.fix": (
        (
            "it was tried once. Check ESXLAB_GUEST_PASSWORD, and `PermitRootLogin yes` in the model's "
            "/etc/ssh/sshd_config (Debian forbids root's password by default); or name a key that root "
            "takes: `guest: {{key: ~/.ssh/id_ed25519}}` or `agent`"
        ),
        (
            "il n'a été essayé qu'une fois. Vérifiez ESXLAB_GUEST_PASSWORD, et `PermitRootLogin yes` dans "
            "/etc/ssh/sshd_config du modèle (Debian interdit le mot de passe de root par défaut) ; ou donnez "
            "une clé que root accepte : `guest: {{key: ~/.ssh/id_ed25519}}` ou `agent`"
        ),
    ),
    "error.guest.login_key": (
        "the guest refuses {user} with these SSH keys: {keys}",
        "la machine refuse {user} avec ces clés SSH : {keys}",
    ),
    "error.guest.login_key.fix": (
        (
            "each was offered once, and no password. In the model, put the public key into "
            "/root/.ssh/authorized_keys (mode 600, directory 700); `guest.key` in the spec names the private "
            "one. Without `guest.key` root's password is used"
        ),
        (
            "chacune n'a été proposée qu'une fois, et aucun mot de passe. Dans le modèle, mettez la clé "
            "publique dans /root/.ssh/authorized_keys (mode 600, dossier 700) ; `guest.key` dans la spec "
            "désigne la clé privée. Sans `guest.key`, c'est le mot de passe de root qui sert"
        ),
    ),
    "error.key.missing": ("there is no such SSH key", "cette clé SSH n'existe pas"),
    "error.key.missing.fix": (
        "correct `guest.key` or `router.key` in the spec (relative to its directory), or write `agent`",
        "corrigez `guest.key` ou `router.key` dans la spec (relatif à son dossier), ou écrivez `agent`",
    ),
    "error.key.unreadable": (
        "this is not a private SSH key that can be read",
        "ce n'est pas une clé SSH privée lisible",
    ),
    "error.key.unreadable.fix": (
        "name the private key, in OpenSSH's or PEM form: ed25519, RSA or ECDSA",
        "indiquez la clé privée, au format OpenSSH ou PEM : ed25519, RSA ou ECDSA",
    ),
    "error.key.public": ("this is a public SSH key", "c'est une clé SSH publique"),
    "error.key.public.fix": (
        "name the private one: the same path without .pub; the public one is on the other side",
        "indiquez la clé privée : le même chemin sans .pub ; la publique est de l'autre côté",
    ),
    "error.key.putty": ("this is a key in PuTTY's form", "c'est une clé au format de PuTTY"),
    "error.key.putty.fix": (
        "`puttygen KEY.ppk -O private-openssh-new -o KEY` writes it as OpenSSH does",
        "`puttygen CLE.ppk -O private-openssh-new -o CLE` l'écrit au format OpenSSH",
    ),
    "error.key.passphrase": (
        "the passphrase does not open this SSH key",
        "la phrase secrète n'ouvre pas cette clé SSH",
    ),
    "error.key.passphrase.fix": (
        (
            "it was tried once, and nothing was dialled. Check {variable}; "
            "`ssh-keygen -yf PATH` tries it by hand. Or load the key into an agent: `key: agent`"
        ),
        (
            "elle n'a été essayée qu'une fois, et rien n'a été contacté. Vérifiez "
            "{variable} ; `ssh-keygen -yf CHEMIN` l'essaie à la main. Ou chargez la clé "
            "dans un agent : `key: agent`"
        ),
    ),
    "error.key.no_agent": ("no SSH agent with a key answers", "aucun agent SSH avec une clé ne répond"),
    "error.key.no_agent.fix": (
        "start one and load the key: `eval $(ssh-agent)`, `ssh-add PATH`; `ssh-add -l` lists what it has",
        "lancez-en un et chargez la clé : `eval $(ssh-agent)`, `ssh-add CHEMIN` ; `ssh-add -l` les montre",
    ),
    "error.guest.key_changed": (
        "this is not the machine that was configured: it shows host key {shown}, {pinned} was recorded",
        (
            "ce n'est pas la machine qui a été configurée : elle présente la clé {shown}, {pinned} était "
            "enregistrée"
        ),
    ),
    "error.guest.key_changed.fix": (
        (
            "nothing was sent. Somebody reinstalled the machine or another one has its address: look at the "
            "console; to start over, tear the group down and provision it again"
        ),
        (
            "rien n'a été envoyé. Quelqu'un a réinstallé la machine, ou une autre a son adresse : "
            "regardez la console ; pour recommencer, démontez le groupe et déployez-le de nouveau"
        ),
    ),
    "error.guest.model_key": (
        "this is no copy of the model: it shows host key {shown}, the model's is {pinned} ({file})",
        (
            "ce n'est pas une copie du modèle : elle présente la clé {shown}, celle du modèle est {pinned} "
            "({file})"
        ),
    ),
    "error.guest.model_key.fix": (
        (
            "no password was sent. Does another machine have its address? If the model has new keys, write "
            "into the spec what `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` shows on its console: "
            "`guest: {{host_key: SHA256:...}}`; or `none`, when it has no keys and each copy makes its own"
        ),
        (
            "aucun mot de passe n'a été envoyé. Une autre machine a-t-elle son adresse ? Si le "
            "modèle a de nouvelles clés, écrivez dans la spec ce que montre `ssh-keygen -lf "
            "/etc/ssh/ssh_host_ed25519_key.pub` sur sa console : `guest: {{host_key: SHA256:...}}` ; "
            "ou `none`, s'il n'en a pas et que chaque copie fait les siennes"
        ),
    ),
    "error.guest.timeout": (
        "the guest took too long to answer a command",
        "la machine a mis trop longtemps à répondre à une commande",
    ),
    "error.guest.timeout.fix": (
        "the host may be overloaded: run the same command again, with a smaller --parallel",
        "l'hôte est peut-être surchargé : relancez la même commande, avec un --parallel plus petit",
    ),
    "error.guest.silent": (
        "the machine said nothing for {seconds} s in the middle of its answer",
        "la machine n'a rien dit pendant {seconds} s au milieu de sa réponse",
    ),
    "error.guest.silent.fix": (
        (
            "what it said last is above. Log in on its console: does a command hang there (`systemctl "
            "list-jobs`)? Then run the same command again"
        ),
        (
            "ses derniers mots sont ci-dessus. Connectez-vous sur sa console : une commande y reste-t-elle "
            "bloquée (`systemctl list-jobs`) ? Puis relancez la même commande"
        ),
    ),
    "error.guest.flood": (
        "the machine sent more than {mib} MiB where a few lines were expected",
        "la machine a envoyé plus de {mib} Mio là où quelques lignes étaient attendues",
    ),
    "error.guest.flood.fix": (
        (
            "what it said last is above; it was hung up on. Look on its console at /root/.bashrc and at the "
            "programs that answer; to start over, tear the group down and provision it again"
        ),
        (
            "ses derniers mots sont ci-dessus ; la connexion a été coupée. Regardez sur sa console "
            "/root/.bashrc et les programmes qui répondent ; pour recommencer, démontez le groupe et "
            "déployez-le de nouveau"
        ),
    ),
    "error.guest.shell": (
        "root's login shell ended (exit status {status}) before it began what it was asked",
        "le shell de root s'est terminé (code de sortie {status}) avant de commencer ce qui était demandé",
    ),
    "error.guest.shell.fix": (
        (
            "log in on its console and look at /root/.bashrc and at root's shell in /etc/passwd: what they "
            "print does not matter, but they must not end with `exit`, and /bin/sh must be there"
        ),
        (
            "connectez-vous sur sa console et regardez /root/.bashrc et le shell de root dans /etc/passwd : "
            "ce qu'ils affichent est sans importance, mais ils ne doivent pas finir par « exit », et "
            "/bin/sh doit exister"
        ),
    ),
    "error.guest.login_kind": (
        "the machine does not let {user} in with a password alone; it asks for: {kinds}",
        "la machine ne laisse pas entrer {user} avec un mot de passe seul ; elle demande : {kinds}",
    ),
    "error.guest.login_kind.fix": (
        (
            "in /etc/ssh/sshd_config set `PasswordAuthentication yes` and `PermitRootLogin yes`, and no "
            "AuthenticationMethods that ask for more (sshd_config(5)); in the model, when it is so there too"
        ),
        (
            "dans /etc/ssh/sshd_config, mettez `PasswordAuthentication yes` et `PermitRootLogin yes`, et "
            "pas d'AuthenticationMethods qui demandent plus (sshd_config(5)) ; dans le modèle aussi, s'il "
            "est réglé ainsi"
        ),
    ),
    "error.guest.lost": (
        "the connection to the guest broke",
        "la connexion à la machine s'est interrompue",
    ),
    "error.guest.lost.fix": (
        "run the same command again; provision looks first, and goes on from where it was",
        "relancez la même commande ; provision regarde d'abord, puis reprend où il en était",
    ),
    "error.guest.answer_cut": (
        "the guest's answer is not complete, or not what was asked for",
        "la réponse de la machine n'est pas complète, ou n'est pas ce qui était demandé",
    ),
    "error.guest.answer_cut.fix": (
        (
            "what it said last is above. Log in on its console: do `sh`, `printf`, `cat` and `stat` work "
            "there as they should? To start over, tear the group down and provision it again"
        ),
        (
            "ses derniers mots sont ci-dessus. Connectez-vous sur sa console : `sh`, `printf`, `cat` "
            "et `stat` y fonctionnent-ils normalement ? Pour recommencer, démontez le groupe et "
            "déployez-le de nouveau"
        ),
    ),
    "error.guest.script": (
        "a step inside the guest failed (exit status {status})",
        "une étape dans le système invité a échoué (code de sortie {status})",
    ),
    "error.guest.script.fix": (
        (
            "the line above is the guest's own: mend it there (disk full? a file that cannot be changed?), "
            "then run the same command again"
        ),
        (
            "la ligne ci-dessus vient de la machine : corrigez-en la cause (disque plein ? fichier "
            "non modifiable ?), puis relancez la même commande"
        ),
    ),
    "error.guest.other_machine": (
        "another machine answers at {address}: its cards are {macs}, none of which is {name}'s",
        "une autre machine répond à {address} : ses cartes sont {macs}, dont aucune n'appartient à {name}",
    ),
    "error.guest.other_machine.fix": (
        "see in vSphere who has this address; two machines with one address have to be told apart first",
        "cherchez dans vSphere qui a cette adresse ; deux machines ne peuvent pas partager la même",
    ),
    "error.guest.busy": (
        "a script that an earlier run has begun in the guest does not come to its end ({seconds} s)",
        "un script lancé dans la machine par une exécution précédente ne se termine pas ({seconds} s)",
    ),
    "error.guest.busy.fix": (
        "see in the guest what `fuser -v /run/esxlab.lock` shows; a restart of the machine frees the lock",
        "regardez dans la machine `fuser -v /run/esxlab.lock` ; un redémarrage libère le verrou",
    ),
    "error.guest.no_nic": (
        "the guest shows no card with MAC {mac}",
        "la machine ne montre pas de carte avec l'adresse MAC {mac}",
    ),
    "error.guest.no_nic.fix": (
        (
            "compare the machine's cards in vSphere with `ip link` in the guest; the model's kernel must "
            "have the driver of the spec's nic_type"
        ),
        (
            "comparez les cartes de la machine dans vSphere avec `ip link` dans la machine ; le noyau du "
            "modèle doit avoir le pilote du nic_type de la spec"
        ),
    ),
    "error.guest.no_ifupdown": (
        "this machine lacks {programs}: /etc/network/interfaces would give it no address",
        (
            "il manque {programs} à cette machine : elle ne lirait jamais /etc/network/interfaces, et "
            "n'aurait pas d'adresse"
        ),
    ),
    "error.guest.no_ifupdown.fix": (
        (
            "nothing was changed. In the model: `apt-get install ifupdown isc-dhcp-client`, and take the "
            "cards from what cares for them now (systemd-networkd, netplan, NetworkManager); then tear the "
            "group down and provision it again"
        ),
        (
            "rien n'a été modifié. Dans le modèle : `apt-get install ifupdown isc-dhcp-client`, et retirez "
            "les cartes à ce qui s'en occupe (systemd-networkd, netplan, NetworkManager) ; puis démontez le "
            "groupe et déployez-le de nouveau"
        ),
    ),
    "guest.waits_apt": (
        "waits for another apt to release its lock (apt-daily after a boot), {minutes} min at most",
        "attend qu'un autre apt libère son verrou (apt-daily après un démarrage), {minutes} min au plus",
    ),
    "error.guest.apt": (
        "apt could not install {packages}",
        "apt n'a pas pu installer {packages}",
    ),
    "error.guest.apt.fix": (
        (
            "the lines above are apt's. An isolated machine reaches no mirror; Debian 9's packages are on "
            "archive.debian.org. Best: install these packages in the model before the class begins"
        ),
        (
            "les lignes ci-dessus viennent d'apt. Une machine isolée n'atteint aucun miroir ; les paquets de "
            "Debian 9 sont sur archive.debian.org. Le mieux : installez ces paquets dans le modèle avant le "
            "cours"
        ),
    ),
    "error.guest.apt_unsigned": (
        "apt does not trust the mirror's signature, and so could not install {packages}",
        "apt ne se fie pas à la signature du miroir, et n'a donc pas pu installer {packages}",
    ),
    "error.guest.apt_unsigned.fix": (
        (
            "Debian 9's keys expired in May 2025, and check-valid-until=no is about dates, not keys. Best: "
            "install these packages in the model before the class begins. Or a newer debian-archive-keyring "
            "there. Or, if you trust the way to this mirror, say so: `[trusted=yes]` after `deb` in the "
            "model's /etc/apt/sources.list (with guest.mirror: in a sources.list of your own in `seeds:`)"
        ),
        (
            "les clés de Debian 9 ont expiré en mai 2025, et check-valid-until=no concerne les dates, pas "
            "les clés. Le mieux : installez ces paquets dans le modèle avant le cours. Ou un "
            "debian-archive-keyring plus récent. Ou, si vous vous fiez au chemin vers ce miroir, dites-le : "
            "`[trusted=yes]` après `deb` dans /etc/apt/sources.list du modèle (avec guest.mirror : dans un "
            "sources.list à vous, sous `seeds:`)"
        ),
    ),
    "error.guest.apt_locked": (
        "another apt has held the lock for {minutes} minutes",
        "un autre apt garde le verrou depuis {minutes} min",
    ),
    "error.guest.apt_locked.fix": (
        ("remove unattended-upgrades from the model, or wait for it to end; then run the same command again"),
        "retirez unattended-upgrades du modèle, ou attendez sa fin ; puis relancez la même commande",
    ),
    "error.seeds.no_directory": (
        "there is no such seeds directory",
        "ce dossier de gabarits n'existe pas",
    ),
    "error.seeds.no_directory.fix": (
        "correct `seeds:` in the spec; the path is relative to the spec's own directory",
        "corrigez `seeds:` dans la spec ; le chemin est relatif au dossier de la spec",
    ),
    "error.seeds.missing": (
        "there is no template {name}",
        "il n'y a pas de gabarit {name}",
    ),
    "error.seeds.missing.fix": (
        "your installation lacks shipped files: install esxlab again",
        "des fichiers livrés manquent à votre installation : réinstallez esxlab",
    ),
    "error.seeds.broken": (
        "this template cannot be rendered",
        "ce gabarit est incorrect",
    ),
    "error.seeds.broken.fix": (
        "compare it with the shipped template of the same name: it shows every name that may be used",
        "comparez-le au gabarit livré du même nom : il montre tous les noms utilisables",
    ),
    "error.scenario.none": (
        "no exercise is registered: esxlab's own are when it is installed (entry points {entry_point})",
        (
            "aucun sujet n'est déclaré : ceux d'esxlab le sont à son installation "
            "(points d'entrée {entry_point})"
        ),
    ),
    "error.scenario.none.fix": (
        "install it again: `pip install esxlab`, or `make` in its repository",
        "réinstallez-le : `pip install esxlab`, ou `make` dans son dépôt",
    ),
    "error.scenario.twice": (
        "two packages register an exercise {name}: {packages}",
        "deux paquets déclarent un sujet {name} : {packages}",
    ),
    "error.scenario.twice.fix": (
        "uninstall one of them",
        "désinstallez l'un des deux",
    ),
    "error.scenario.broken": (
        "the package {package} registers the exercise {name} as {value}, and that cannot be loaded",
        "le paquet {package} déclare le sujet {name} à {value}, qui ne peut pas être chargé",
    ),
    "error.scenario.broken.fix": (
        "install a version of {package} that is made for this esxlab, or uninstall it",
        "installez une version de {package} faite pour cet esxlab, ou désinstallez-le",
    ),
}
