"""Texts of the command line: help, questions, errors of usage."""

TEXTS = {
    # the front page
    "front.usage": (
        "Usage: esxlab COMMAND [OPTIONS]",
        "Usage : esxlab COMMANDE [OPTIONS]",
    ),
    "front.what": (
        (
            "Provisions a class of labs on VMware ESXi from one YAML spec: machines,\n"
            "Heartbeat or IPVS inside them, a Cisco router per group. Running it again\n"
            "changes nothing."
        ),
        (
            "Déploie une classe de TP sur VMware ESXi à partir d'une seule spec YAML :\n"
            "machines, Heartbeat ou IPVS à l'intérieur, un routeur Cisco par groupe.\n"
            "Relancer la commande ne change rien."
        ),
    ),
    "front.commands": ("Commands:", "Commandes :"),
    "front.options": (
        (
            "Options:\n"
            "  --lang en|fr  language (also ESXLAB_LANG; default: the system's)\n"
            "  -V, --version version\n"
            "  -h, --help    this page; `esxlab COMMAND --help` for a command"
        ),
        (
            "Options :\n"
            "  --lang en|fr  langue (aussi ESXLAB_LANG ; par défaut : celle du système)\n"
            "  -V, --version version\n"
            "  -h, --help    cette page ; `esxlab COMMANDE --help` pour une commande"
        ),
    ),
    "front.more": (
        (
            "First steps, on this computer alone:\n"
            "  esxlab sim up -f specs/demo.yaml && esxlab provision -f specs/demo.yaml"
        ),
        (
            "Premiers pas, sur cet ordinateur seul :\n"
            "  esxlab sim up -f specs/demo.yaml && esxlab provision -f specs/demo.yaml"
        ),
    ),
    "command.init.short": ("write a first spec", "écrire une première spec"),
    "command.plan.short": ("show what provision would do", "montrer ce que ferait provision"),
    "command.provision.short": (
        "bring the labs to what the spec says",
        "mettre les TP en conformité avec la spec",
    ),
    "command.status.short": ("show what is there now", "montrer ce qui est en place"),
    "command.verify.short": (
        "ask the running labs the exercise's questions",
        "poser aux TP les questions du sujet",
    ),
    "command.report.short": (
        "the day of a class: who was green when, drills, failures",
        "résumer la journée d'une classe : conformité, pannes, échecs",
    ),
    "command.console.short": (
        "where a machine's console is, and a picture of its screen",
        "donner la console d'une machine, ou une image de son écran",
    ),
    "command.pause.short": ("shut the machines down until resume", "arrêter les machines jusqu'à resume"),
    "command.resume.short": ("power the machines on again, and wait", "rallumer les machines, et attendre"),
    "command.drill.short": (
        "break a lab on purpose, measure what a client sees, put it back",
        "provoquer une panne, mesurer ce que voit un client, tout rétablir",
    ),
    "command.students.short": (
        "the class list: check, show",
        "vérifier ou montrer la liste de classe : check, show",
    ),
    "command.fleet.short": (
        "ask many schools, from a centre",
        "interroger plusieurs sites, depuis un centre",
    ),
    "command.site.short": (
        "a school's side of a fleet",
        "exécuter les demandes du centre, dans un site",
    ),
    "command.sheet.short": (
        "write each group's sheet: PDF and HTML",
        "écrire la feuille de chaque groupe : PDF et HTML",
    ),
    "command.graph.short": (
        "draw each group: text, SVG, Mermaid, DOT",
        "dessiner chaque groupe : texte, SVG, Mermaid, DOT",
    ),
    "command.board.short": (
        "a live page of the class",
        "afficher une page de la classe, qui suit les événements",
    ),
    "command.find.short": ("find whose a name or an address is", "trouver à qui est un nom ou une adresse"),
    "command.ssh.short": (
        "a terminal on one machine",
        "ouvrir un terminal sur une machine",
    ),
    "command.copy.short": (
        "files to many machines, and back",
        "copier des fichiers vers plusieurs machines, ou depuis elles",
    ),
    "command.export.short": (
        "the machines for OpenSSH, Ansible, a hosts file, a spreadsheet",
        "exporter vers OpenSSH, Ansible, un fichier hosts, un tableur",
    ),
    "command.run.short": (
        "run a command of your own on many machines",
        "exécuter votre propre commande sur plusieurs machines",
    ),
    "command.teardown.short": ("take away what belongs to a group", "démonter ce qui appartient à un groupe"),
    "command.doctor.short": (
        "look at everything that provision will need",
        "examiner tout ce dont provision aura besoin",
    ),
    "command.trust.short": (
        "pin the identity of servers and routers",
        "épingler l'identité des serveurs et des routeurs",
    ),
    "command.secrets.short": (
        "passwords and phrases made for the groups: show, rotate",
        "montrer ou changer les secrets des groupes : show, rotate",
    ),
    "command.role.short": ("the least vSphere role: print", "afficher le rôle vSphere minimal : print"),
    "command.unlock.short": ("break the lock of a group", "lever le verrou d'un groupe"),
    "command.model.short": (
        "whether a machine will do as the model: check",
        "construire le modèle, ou voir s'il convient : build, check",
    ),
    "command.sim.short": (
        "the embedded school: up, status, down",
        "faire tourner l'établissement simulé : up, status, down",
    ),
    "command.spec.short": ("what the keys of a spec mean", "expliquer les clés d'une spec"),
    "command.schema.short": (
        "JSON Schema of a spec, for editors",
        "écrire le schéma JSON d'une spec, pour les éditeurs",
    ),
    "command.completion.short": (
        "completion script for your shell",
        "écrire le script de complétion de votre shell",
    ),
    "command.sim_status.short": ("show what runs of it", "montrer ce qui en tourne"),
    "command.sim_model.short": (
        "build engine qemu's golden disk, where it is not there yet",
        "construire le disque modèle du moteur qemu, s'il n'existe pas encore",
    ),
    "command.up.short": (
        "start the school that a spec describes",
        "démarrer l'établissement que décrit une spec",
    ),
    "command.down.short": (
        "end every process of the school",
        "arrêter tous les processus de l'établissement simulé",
    ),
    # help pages
    "help.usage": ("Usage:", "Usage :"),
    "help.options": ("Options:", "Options :"),
    "help.commands": ("Commands:", "Commandes :"),
    "help.subcommand": ("COMMAND [ARGS]...", "COMMANDE [ARGUMENTS]..."),
    "help.default": ("default: {default}", "par défaut : {default}"),
    "help.range": ("{low} to {high}", "de {low} à {high}"),
    "help.and": ("; ", " ; "),
    "metavar.file": ("FILE", "FICHIER"),
    "metavar.groups": ("GROUPS", "GROUPES"),
    "metavar.name": ("NAME", "NOM"),
    "metavar.seconds": ("SECONDS", "SECONDES"),
    "metavar.host": ("HOST", "HÔTE"),
    "metavar.key": ("KEY", "CLÉ"),
    "command.esxlab": ("Labs on VMware ESXi.", "Des TP sur VMware ESXi."),
    "command.plan.long": (
        (
            "Show what provision would do; change nothing.\n\n"
            "Every router command is shown. The checksum at the end is what `esxlab provision --plan` takes."
        ),
        (
            "Montrer ce que ferait provision ; ne rien changer.\n\n"
            "Chaque commande du routeur est montrée. La somme de contrôle affichée à la fin est "
            "celle que prend `esxlab provision --plan`."
        ),
    ),
    "command.provision.long": (
        (
            "Bring every group's lab to what the spec says: machines, guests, router.\n\n"
            "The plan is shown first and has to be confirmed. What is already right is left alone, so "
            "the same command "
            "goes on after an interruption or a failure. One group's failure does not stop the others."
        ),
        (
            "Mettre le TP de chaque groupe en conformité avec la spec : machines, systèmes invités, "
            "routeur.\n\n"
            "Le plan est d'abord montré et doit être confirmé. Ce qui est déjà conforme n'est pas "
            "touché : la même commande reprend donc après une interruption ou un échec. L'échec d'un "
            "groupe n'arrête pas les autres."
        ),
    ),
    "command.status.long": (
        "Show what is there now, group by group; change nothing.",
        "Montrer ce qui est en place, groupe par groupe ; ne rien changer.",
    ),
    "command.verify.long": (
        (
            "Ask the running labs what the exercise's tests ask; change nothing.\n\n"
            "Every question is asked by ClientA or ClientB, over SSH. Exit code 10 when a check failed."
        ),
        (
            "Poser aux TP en marche les questions des tests du sujet ; ne rien changer.\n\n"
            "Chaque question est posée par ClientA ou ClientB, en SSH. Code de sortie 10 si un test "
            "a échoué."
        ),
    ),
    "command.teardown.long": (
        (
            "Take away what carries the marks of a class's groups, and nothing else.\n\n"
            "With a spec: `esxlab teardown --group 7`. Without one: `esxlab teardown --group 7 --class "
            "NAME --server HOST "
            "--user NAME` (or GOVC_URL). What goes is listed first and has to be confirmed."
        ),
        (
            "Démonter ce qui porte les marques des groupes d'une classe, et rien d'autre.\n\n"
            "Avec une spec : `esxlab teardown --group 7`. Sans spec : `esxlab teardown --group 7 "
            "--class NOM --server HÔTE --user NOM` (ou GOVC_URL). Ce qui sera supprimé est d'abord "
            "listé et doit être confirmé."
        ),
    ),
    "command.sim.long": (
        (
            "The embedded school: a simulated vCenter or ESXi servers, machines and routers, on this "
            "computer alone."
        ),
        (
            "Faire tourner l'établissement simulé : un vCenter ou des serveurs ESXi, des machines et des "
            "routeurs, sur cet ordinateur seul."
        ),
    ),
    "command.sim_model.long": (
        (
            "Build modeleD9 for engine qemu from Debian's packages, and say where it is.\n\n"
            "It is kept in the user's cache; nothing is done while its recipe has not changed. "
            "ESXLAB_SIM_MODEL (trixie,i386) asks for one of another kind."
        ),
        (
            "Construire modeleD9 pour le moteur qemu à partir des paquets Debian, et dire où il est.\n\n"
            "Il reste dans le cache de l'utilisateur ; rien n'est fait tant que sa recette n'a pas changé. "
            "ESXLAB_SIM_MODEL (trixie,i386) en demande un d'une autre sorte."
        ),
    ),
    "command.up.long": (
        (
            "Start the school that a spec describes; nothing of it is on this computer's network.\n\n"
            "Engine light: simulated machines, on any system. Engine qemu: real Debian machines, on Linux, "
            "in a network namespace; the first start builds their golden disk."
        ),
        (
            "Démarrer l'établissement que décrit une spec ; il n'est pas visible du réseau de cet "
            "ordinateur.\n\n"
            "Moteur light : machines simulées, sur tout système. Moteur qemu : vraies machines "
            "Debian, sous Linux, dans un espace de noms réseau ; le premier démarrage construit leur "
            "disque modèle."
        ),
    ),
    "command.sim_status.long": (
        "Show what runs of the school.",
        "Montrer ce qui tourne dans l'établissement simulé.",
    ),
    "command.down.long": (
        "End every process of the school, even after a crash; its disks are deleted.",
        (
            "Arrêter tous les processus de l'établissement simulé, même après un plantage ; ses "
            "disques sont supprimés."
        ),
    ),
    "command.schema.long": (
        (
            "Write the JSON Schema of a class spec to stdout.\n\n"
            "Name it on a spec's first line: # yaml-language-server: $schema=esxlab.schema.json"
        ),
        (
            "Écrire le schéma JSON d'une spec de classe sur la sortie standard.\n\n"
            "À nommer sur la première ligne d'une spec : # yaml-language-server: $schema=esxlab.schema.json"
        ),
    ),
    "command.completion.long": (
        (
            "Write a completion script to stdout.\n\n"
            'bash: `eval "$(esxlab completion bash)"` in ~/.bashrc; zsh the same in ~/.zshrc; '
            "fish: `esxlab completion fish > ~/.config/fish/completions/esxlab.fish`."
        ),
        (
            "Écrire un script de complétion sur la sortie standard.\n\n"
            'bash : `eval "$(esxlab completion bash)"` dans ~/.bashrc ; zsh de même dans ~/.zshrc ; '
            "fish : `esxlab completion fish > ~/.config/fish/completions/esxlab.fish`."
        ),
    ),
    # options
    "option.help": ("this page", "cette page"),
    "option.lang": ("language of every text", "langue de tous les textes"),
    "option.file": (
        "class spec (default: ESXLAB_FILE, else esxlab.yaml found upward from here)",
        (
            "spec de la classe (par défaut : ESXLAB_FILE, sinon esxlab.yaml cherché dans ce dossier "
            "puis dans ses parents)"
        ),
    ),
    "option.group": ("groups: 7, 1-5, 1-3,7", "groupes : 7, 1-5, 1-3,7"),
    "option.scenario": (
        "the exercise, instead of the spec's",
        "le sujet, à la place de celui de la spec",
    ),
    "option.sim": (
        "use the embedded school instead of the spec's addresses",
        "utiliser l'établissement simulé à la place des adresses de la spec",
    ),
    "option.parallel": ("how many things at once", "nombre d'opérations simultanées"),
    "option.output": ("form of the result", "forme du résultat"),
    "option.quiet": ("no progress, only the result", "pas de progression, seulement le résultat"),
    "option.verbose": ("every step and detail", "chaque étape et chaque détail"),
    "option.no_color": ("no colours (also NO_COLOR)", "pas de couleurs (aussi NO_COLOR)"),
    "option.plain": ("progress as lines, even on a terminal", "progression en lignes, même sur un terminal"),
    "option.boot_timeout": (
        "how long a machine may take from power-on to an answer over SSH",
        "temps qu'une machine peut mettre, de l'allumage à une réponse en SSH",
    ),
    "option.yes": ("do not ask", "ne pas demander"),
    "option.dry_run": ("show the plan only", "montrer le plan seulement"),
    "option.plan": (
        "perform this very plan without asking; refused (exit code 3) when it is no longer the plan",
        "exécuter ce plan précis sans demander ; refusé (code de sortie 3) si ce n'est plus le plan",
    ),
    "option.take_over": (
        "also change groups of this class name that a colleague has made",
        "modifier aussi les groupes de ce nom de classe qu'un collègue a déployés",
    ),
    "option.only": (
        "only these: machines, guests, router (may be repeated)",
        "seulement ces parties : machines, guests (systèmes invités), router (peut être répété)",
    ),
    "option.until": (
        "stop after this stage, and leave the rest to the students",
        "s'arrêter après cette étape, et laisser la suite aux étudiants",
    ),
    "option.deep": (
        "ask every guest over SSH instead of trusting its stamp",
        "interroger chaque système invité en SSH au lieu de se fier à son empreinte",
    ),
    "option.detailed_exitcode": (
        "exit code 3 when there is something to do",
        "code de sortie 3 s'il y a quelque chose à faire",
    ),
    "option.all": ("all groups of the class", "tous les groupes de la classe"),
    "option.class": (
        "name of the class, when there is no spec",
        "nom de la classe, s'il n'y a pas de spec",
    ),
    "option.server": (
        (
            "vCenter or ESXi to ask, perhaps with :PORT, when there is no spec (default: GOVC_URL); "
            "ssh://HOST where its API cannot be reached"
        ),
        (
            "vCenter ou ESXi à interroger, éventuellement avec :PORT, sans spec (par défaut : GOVC_URL) ; "
            "ssh://HÔTE là où son API est hors d'atteinte"
        ),
    ),
    "option.router": (
        "a router of these groups that nothing on this computer knows: ssh://admin@HOST#SERIALNUMBER",
        "un routeur de ces groupes que rien sur cet ordinateur ne connaît : ssh://admin@HÔTE#NUMÉRODESÉRIE",
    ),
    "option.user": ("login on that server (default: root)", "compte sur ce serveur (par défaut : root)"),
    "option.thumbprint": (
        "SHA-256 of that server's certificate, when it is self-signed",
        "SHA-256 du certificat de ce serveur, s'il est auto-signé",
    ),
    "option.engine": ("what gives the machines a life", "ce qui donne vie aux machines"),
    "option.licence": (
        "of the lone ESXi hosts; free: their API changes nothing, and they have a shell over SSH",
        "celle des ESXi isolés ; free : leur API ne modifie rien, et ils ont un shell par SSH",
    ),
    "option.release": ("the release of hosts that have a shell", "version des hôtes qui ont un shell"),
    "option.speed": ("how many times faster than real time", "combien de fois plus vite que le temps réel"),
    # questions
    "option.plan_dry_run": (
        "accepted, and needless: plan never does anything",
        "accepté, mais inutile : plan ne fait jamais rien",
    ),
    "prompt.vsphere": ("vSphere password: ", "Mot de passe vSphere : "),
    "prompt.guest": ("Password of the guests: ", "Mot de passe root des machines : "),
    "prompt.guest_key": (
        "Passphrase of the guests' SSH key: ",
        "Phrase secrète de la clé SSH des machines : ",
    ),
    "prompt.router_key": (
        "Passphrase of the router's SSH key: ",
        "Phrase secrète de la clé SSH du routeur : ",
    ),
    "prompt.router": ("Router password: ", "Mot de passe du routeur : "),
    "prompt.router_secret": ("Router enable secret: ", "Mot de passe enable du routeur : "),
    "confirm.yes_no": ("[y/N]", "[o/N]"),
    "confirm.provision": ("Carry out this plan?", "Exécuter ce plan ?"),
    "confirm.take_over": (
        (
            "This changes groups that a colleague has made. "
            "Type the name of the class, {class_name}, to confirm:"
        ),
        (
            "Ceci modifie des groupes qu'un collègue a déployés. Tapez le nom de la classe, "
            "{class_name}, pour confirmer :"
        ),
    ),
    "confirm.teardown": ("Remove all of this?", "Démonter tout cela ?"),
    "confirm.teardown_all": (
        "This removes every group. Type the name of the class, {class_name}, to confirm:",
        "Ceci démonte tous les groupes. Tapez le nom de la classe, {class_name}, pour confirmer :",
    ),
    "confirm.declined": ("Nothing was done.", "Rien n'a été fait."),
    # ends
    "cli.interrupted": (
        "Interrupted; nothing was being changed.",
        "Interrompu ; aucune modification n'était en cours.",
    ),
    "cli.stopping": (
        (
            "Stopping: what runs may end, nothing new is started. Ctrl-C again to leave now.\n"
            "To go on later: {command}"
        ),
        (
            "Arrêt : ce qui tourne se termine, rien de nouveau ne commence. Ctrl-C à nouveau pour "
            "quitter immédiatement.\nPour reprendre plus tard : {command}"
        ),
    ),
    "cli.unknown_language": (
        "ESXLAB_LANG={asked}: esxlab speaks English (en) and French (fr) only; this is English",
        "ESXLAB_LANG={asked} : esxlab ne parle qu'anglais (en) et français (fr) ; ceci est en français",
    ),
    "cli.go_on": ("To go on: {command}", "Pour reprendre : {command}"),
    # errors
    "error.usage.no_such_option": ("{command} has no option {name}", "{command} n'a pas d'option {name}"),
    "error.usage.no_such_option.fix": (
        "it knows: {known}; `{command} --help` explains all of it",
        "options connues : {known} ; `{command} --help` explique tout",
    ),
    "error.usage.no_such_command": (
        "{command} has no command {name}",
        "{command} n'a pas de commande {name}",
    ),
    "error.usage.no_such_command.fix": ("it knows: {known}", "commandes connues : {known}"),
    "usage.whole": ("a whole number, {low} to {high}", "un nombre entier, de {low} à {high}"),
    "usage.number": ("a number, {low} to {high}", "un nombre, de {low} à {high}"),
    "error.usage.missing": ("{command} needs {name}", "{command} demande {name}"),
    "error.usage.missing.fix": ("`{line}`; see `{command} --help`", "`{line}` ; voyez `{command} --help`"),
    "error.usage.missing_command": (
        "{command} needs a command for the machines, behind `--`",
        "{command} demande une commande pour les machines, derrière `--`",
    ),
    "error.usage.missing_command.fix": (
        "`{line}`, where {name} is what is run there: `-- hostname`",
        "`{line}`, où {name} est ce qui y est exécuté : `-- hostname`",
    ),
    "error.usage.is_directory": (
        "{name} names a file, and this is a directory",
        "{name} désigne un fichier, et ceci est un dossier",
    ),
    "error.usage.is_directory.fix": (
        "add the name that the file shall have",
        "ajoutez le nom que doit porter le fichier",
    ),
    "error.usage.no_directory": (
        "{name} leads through a directory, and this is a file",
        "{name} passe par un dossier, et ceci est un fichier",
    ),
    "error.usage.no_directory.fix": (
        "name a directory, or one that can be made",
        "indiquez un dossier, ou un dossier à créer",
    ),
    "error.usage.missing_one_of": ("{command} needs {name}", "{command} demande {name}"),
    "error.usage.missing_one_of.fix": ("it may be: {may_be}", "valeurs possibles : {may_be}"),
    "error.usage.option_value": (
        "{command}: a value has to follow {name}",
        "{command} : {name} doit être suivi d'une valeur",
    ),
    "error.usage.option_value.fix": ("see `{command} --help`", "voyez `{command} --help`"),
    "error.usage.option_flag": (
        "{command}: {name} takes no value",
        "{command} : {name} ne prend pas de valeur",
    ),
    "error.usage.option_flag.fix": ("write {name} alone", "écrivez {name} seul"),
    "error.usage.value": (
        "{command}: `{value}` is no value of {name}",
        "{command} : « {value} » n'est pas une valeur possible de {name}",
    ),
    "error.usage.value.fix": ("it may be: {may_be}", "valeurs possibles : {may_be}"),
    "error.usage.unexpected": (
        "{command} does not know what to do with `{value}`",
        "{command} ne sait que faire de « {value} »",
    ),
    "error.usage.unexpected.fix": ("see `{command} --help`", "voyez `{command} --help`"),
    "error.usage.arguments": (
        "{command} does not understand these arguments",
        "{command} ne comprend pas ces arguments",
    ),
    "error.usage.arguments.fix": ("see `{command} --help`", "voyez `{command} --help`"),
    "error.usage.confirm": (
        "this has to be confirmed, and there is no terminal to ask on; nothing was done",
        "il faut une confirmation, et il n'y a pas de terminal pour la demander ; rien n'a été fait",
    ),
    "error.usage.confirm.fix": (
        "read what is shown above, then run the same command again with --yes",
        "lisez ce qui est affiché ci-dessus, puis relancez la même commande avec --yes",
    ),
    "error.usage.teardown_groups": (
        "teardown has to be told which groups: either --group or --all",
        "il faut dire à teardown quels groupes : soit --group, soit --all",
    ),
    "error.usage.teardown_groups.fix": (
        "for instance `esxlab teardown --group 7`",
        "par exemple `esxlab teardown --group 7`",
    ),
    "error.usage.class_differs": (
        "--class says {name}, the spec says {spec}",
        "--class dit {name}, la spec dit {spec}",
    ),
    "error.usage.class_differs.fix": (
        "leave out --class, or leave out --file and name the server with --server",
        "retirez --class, ou retirez --file et nommez le serveur avec --server",
    ),
    "error.usage.server_missing": (
        "without a spec, teardown has to know which vCenter or ESXi to ask",
        "sans spec, teardown doit savoir quel vCenter ou ESXi interroger",
    ),
    "error.usage.server_missing.fix": (
        "add --server HOST --user NAME, or set GOVC_URL, or add --sim for the embedded school",
        (
            "ajoutez --server HÔTE --user NOM, ou définissez GOVC_URL, ou ajoutez --sim pour "
            "l'établissement simulé"
        ),
    ),
    "error.usage.encoding": (
        "`{value}` is no text in UTF-8",
        "`{value}` n'est pas du texte en UTF-8",
    ),
    "error.usage.encoding.fix": (
        "is the terminal, or the file that it was copied from, in ISO-8859-1? type it in a terminal in UTF-8",
        (
            "le terminal, ou le fichier d'où cela a été copié, est-il en ISO-8859-1 ? saisissez-le dans un "
            "terminal en UTF-8"
        ),
    ),
    "error.usage.govc_url": (
        "this environment variable holds no address of a server",
        "cette variable d'environnement ne contient pas l'adresse d'un serveur",
    ),
    "error.usage.govc_url.fix": (
        "set it to a host, or to https://host:port/sdk; or unset it, and name the server with --server",
        "mettez-y un hôte, ou https://hôte:port/sdk ; ou supprimez-la, et nommez le serveur avec --server",
    ),
    "error.usage.server": (
        "`{server}` is neither a host nor a host with its port",
        "`{server}` n'est ni un hôte, ni un hôte avec son port",
    ),
    "error.usage.server.fix": (
        "write --server vcenter.lycee.example, or with a port --server vcenter.lycee.example:8443",
        "écrivez --server vcenter.lycee.example, ou avec un port --server vcenter.lycee.example:8443",
    ),
    "error.plan.stale": (
        "the plan has changed since it was read: it was {checksum}, it is {now}; nothing was done",
        (
            "le plan a changé depuis sa lecture : sa somme de contrôle était {checksum}, c'est "
            "maintenant {now} ; rien n'a été fait"
        ),
    ),
    "error.plan.stale.fix": (
        "run `esxlab plan` again, read it, and use its checksum",
        "relancez `esxlab plan`, lisez-le, et prenez sa somme de contrôle",
    ),
    "error.safety.name_differs": (
        "that is not the class's name, {name}; nothing was done",
        "ce n'est pas le nom de la classe, {name} ; rien n'a été fait",
    ),
    "error.safety.name_differs.fix": (
        "run the command again and type it exactly, or remove single groups with --group",
        "relancez la commande et tapez-le exactement, ou démontez des groupes un par un avec --group",
    ),
    "error.safety.colleagues_group": (
        "{who} has made this group from another spec with the same class name; it is left as it is",
        "{who} a déployé ce groupe avec une autre spec du même nom de classe ; il reste tel quel",
    ),
    "error.safety.colleagues_group.fix": (
        (
            "give your class a name of its own (`class:` in the spec); or, when this group is yours to "
            "change, take it over: `esxlab provision --take-over`"
        ),
        (
            "donnez à votre classe un nom qui lui soit propre (`class:` dans la spec) ; ou, si c'est "
            "bien à vous de modifier ce groupe, reprenez-le : `esxlab provision --take-over`"
        ),
    ),
    "error.secret.file": (
        "the file of this user's secrets cannot be used",
        "le fichier des secrets de cet utilisateur est inutilisable",
    ),
    "error.secret.file.fix": (
        (
            "make it readable and whole again, or copy it from a colleague's computer. Deleting it gives "
            "every group new secrets at the next provision; generated passwords of machines that stand are "
            "lost then"
        ),
        (
            "rendez-le lisible et entier, ou copiez-le de l'ordinateur d'un collègue. Le supprimer "
            "donne à chaque groupe de nouveaux secrets au prochain `esxlab provision` ; les mots de "
            "passe générés des machines en place sont alors perdus"
        ),
    ),
}
