"""Texts of what goes into the machines: run, copy, export, ssh."""

TEXTS = {
    "command.run.long": (
        (
            "Run a command of your own as root on the named machines of the groups, on many at once. "
            "MACHINES are names of the exercise with commas between them (srvweb1,srvweb2), or all.\n\n"
            "One word after -- is a line of sh, with its pipes; several are a command and its arguments. "
            "Exit code 0: all ended with 0. 10: a command ended otherwise, or was cut off. 7 and 8: some "
            "machines, or all, could not be reached. 130: interrupted."
        ),
        (
            "Exécuter votre propre commande, en tant que root, sur les machines citées des groupes, sur "
            "plusieurs à la fois. MACHINES : des noms du sujet séparés par des virgules "
            "(srvweb1,srvweb2), ou all.\n\n"
            "Un seul mot après -- est une ligne de sh, avec ses tubes ; plusieurs sont une commande et ses "
            "arguments. Code de sortie 0 : toutes ont fini par 0. 10 : une commande a fini autrement, ou a "
            "été coupée. 7 et 8 : des machines, ou toutes, sont injoignables. 130 : interruption."
        ),
    ),
    "command.export.long": (
        "Write the machines down in the form of another program. No password is in any of them.",
        "Écrire les machines sous la forme d'un autre programme. Aucun mot de passe n'y figure.",
    ),
    "command.export_ssh.short": (
        "an OpenSSH configuration, with the ways and the host keys",
        "écrire une configuration OpenSSH, avec chemins et clés d'hôte",
    ),
    "command.export_ssh.long": (
        (
            "Write an OpenSSH configuration with which `ssh -F FILE g07-srvweb1` goes by the way that "
            "esxlab takes now, through jump hosts; the host keys stand beside it. Each machine is logged in "
            "to once, and its key is judged as always; one that does not answer is left out (exit code 7)."
        ),
        (
            "Écrire une configuration OpenSSH avec laquelle `ssh -F FICHIER g07-srvweb1` suit le chemin "
            "que prend esxlab en ce moment, à travers des hôtes de rebond ; les clés d'hôte sont à côté. "
            "Une connexion est ouverte sur chaque machine, et sa clé est jugée comme toujours ; celle qui "
            "ne répond pas n'y figure pas (code de sortie 7)."
        ),
    ),
    "command.export_ansible.short": (
        "an Ansible inventory, with the same configuration",
        "écrire un inventaire Ansible, avec la même configuration",
    ),
    "command.export_ansible.long": (
        (
            "Write an Ansible inventory in YAML: groups g07 and roles, each machine by an SSH configuration "
            "that is written beside it, as `esxlab export ssh-config` does. The guests' password is asked "
            "for by --ask-pass of Ansible (with sshpass), or taken from ESXLAB_GUEST_PASSWORD, for each hop."
        ),
        (
            "Écrire un inventaire Ansible en YAML : des groupes g07 et des rôles, chaque machine par une "
            "configuration SSH qui est écrite à côté, comme le fait `esxlab export ssh-config`. Le mot de "
            "passe des systèmes invités est demandé par --ask-pass d'Ansible (avec sshpass), ou pris dans "
            "ESXLAB_GUEST_PASSWORD, pour chaque rebond."
        ),
    ),
    "command.export_hosts.short": ("lines of a hosts file", "écrire les lignes d'un fichier hosts"),
    "command.export_hosts.long": (
        (
            "Lines of a hosts file for this computer: machines with an address on the school's network. "
            "Those behind another machine are remarks."
        ),
        (
            "Écrire les lignes d'un fichier hosts pour cet ordinateur : les machines qui ont une adresse "
            "sur le réseau de l'établissement. Celles qui sont derrière une autre machine sont des "
            "remarques."
        ),
    ),
    "command.export_csv.short": ("a table for a spreadsheet", "écrire un tableau pour un tableur"),
    "command.export_csv.long": (
        "A row for each machine: names, role, power, addresses, and through whom it is reached.",
        "Écrire une ligne par machine : noms, rôle, alimentation, adresses, et à travers qui on l'atteint.",
    ),
    "option.to": ("the file to write", "le fichier à écrire"),
    "export.ssh": (
        '`ssh -F {path} {example}`, or a line `Include "{file}"` at the top of ~/.ssh/config',
        '`ssh -F {path} {example}`, ou une ligne `Include "{file}"` en tête de ~/.ssh/config',
    ),
    "export.ansible": (
        "`ansible all -i {path} -m ping{ask}` tries it",
        "`ansible all -i {path} -m ping{ask}` l'essaie",
    ),
    "command.copy.long": (
        (
            "Copy files to many machines, or from many into a directory for each.\n\n"
            "`esxlab copy -g 1-12 page.html srvweb1,srvweb2:/var/www/html/` puts, "
            "`esxlab copy -g 1-12 srvweb1:/etc/hosts DIRECTORY` fetches into DIRECTORY/g07-srvweb1. "
            "A file comes under another name and is moved to its place when it is whole. 8 MiB a machine "
            "at most, files only. Exit codes as `esxlab run` has them."
        ),
        (
            "Copier des fichiers sur plusieurs machines, ou de plusieurs machines dans un dossier pour "
            "chacune.\n\n"
            "`esxlab copy -g 1-12 page.html srvweb1,srvweb2:/var/www/html/` dépose, "
            "`esxlab copy -g 1-12 srvweb1:/etc/hosts DOSSIER` rapporte dans DOSSIER/g07-srvweb1. "
            "Un fichier arrive sous un autre nom, puis prend sa place une fois entier. 8 Mio par machine "
            "au plus, des fichiers seulement. Codes de sortie : ceux de `esxlab run`."
        ),
    ),
    "error.usage.copy": (
        "one side of a copy is MACHINES:PATH, and only one",
        "un seul côté d'une copie peut être MACHINES:CHEMIN",
    ),
    "error.usage.copy.fix": (
        "FILE... MACHINES:PATH puts, MACHINES:PATH... DIRECTORY fetches, from the same machines each time",
        (
            "FICHIER... MACHINES:CHEMIN dépose, MACHINES:CHEMIN... DOSSIER rapporte, toujours des mêmes "
            "machines"
        ),
    ),
    "error.usage.copy_names": (
        "two of the files would have the same name here",
        "deux des fichiers auraient ici le même nom",
    ),
    "error.usage.copy_names.fix": ("fetch them one after the other", "rapportez-les l'un après l'autre"),
    "error.copy.no_file": (
        "there is no such file on this computer",
        "ce fichier n'est pas sur cet ordinateur",
    ),
    "error.copy.no_file.fix": (
        "correct its name; a file of the machines is MACHINES:PATH",
        "corrigez son nom ; un fichier des machines s'écrit MACHINES:CHEMIN",
    ),
    "error.copy.too_many": (
        "these files are larger than {mib} MiB together",
        "ces fichiers dépassent ensemble {mib} Mio",
    ),
    "error.copy.too_many.fix": (
        "copy them one after the other, or let scp carry them: `esxlab export ssh-config`",
        "copiez-les l'un après l'autre, ou laissez scp les transporter : `esxlab export ssh-config`",
    ),
    "error.copy.unreadable": ("this file cannot be read", "ce fichier ne peut pas être lu"),
    "error.copy.unreadable.fix": (
        "name a file of at most 8 MiB that you may read; a directory as an archive (tar)",
        "indiquez un fichier de 8 Mio au plus que vous pouvez lire ; un dossier, en archive (tar)",
    ),
    "error.copy.too_large": (
        "{path} is larger than the {mib} MiB that are copied",
        "{path} dépasse les {mib} Mio qui sont copiés",
    ),
    "error.copy.too_large.fix": (
        "`esxlab export ssh-config` lets scp and sftp carry it",
        "avec `esxlab export ssh-config`, scp et sftp le transportent",
    ),
    "error.copy.directory": ("{path} is a directory there", "{path} est un dossier sur cette machine"),
    "error.copy.directory.fix": (
        "name its files, or pack them there first: `esxlab run ... -- tar -cf /tmp/it.tar ...`",
        "indiquez ses fichiers, ou regroupez-les d'abord : `esxlab run ... -- tar -cf /tmp/lot.tar ...`",
    ),
    "error.copy.failed": (
        "{path} could not be copied (status {status})",
        "{path} n'a pas pu être copié (code {status})",
    ),
    "error.copy.failed.fix": (
        "mend what the machine says: a directory that is not there, no room, no such file",
        "corrigez ce que dit la machine : dossier absent, plus de place, fichier inexistant",
    ),
    "error.copy.differs": (
        "{path} is not the same at both ends (SHA-256)",
        "{path} n'est pas le même des deux côtés (SHA-256)",
    ),
    "error.copy.differs.fix": (
        "run the same command again; a file that is being written (a log) has to be copied there first",
        "relancez la même commande ; un fichier en cours d'écriture (un journal) se copie d'abord sur place",
    ),
    "command.ssh.long": (
        (
            "A terminal on one machine of one group, as root, by the way that works; `router` is the group's "
            "router, in privileged mode, if it was confirmed (`esxlab trust`). ~. at the beginning of a line "
            "leaves, ~~ sends one ~.\n\n"
            "With a command after --, or without a terminal, it does what `esxlab run` does, on this one "
            "machine; without a command, sh reads standard input. With -o json and no command it opens "
            "nothing and tells the way: user, address, port, host key, jump hosts, a line of OpenSSH. On "
            "Windows: `esxlab export ssh-config`, and the system's ssh."
        ),
        (
            "Ouvrir un terminal sur une machine d'un groupe, en tant que root, par le chemin qui convient ; "
            "`router` est "
            "le routeur du groupe, en mode privilégié, s'il a été confirmé (`esxlab trust`). ~. au début "
            "d'une ligne rend la main, ~~ envoie un seul ~.\n\n"
            "Avec une commande après --, ou sans terminal, c'est ce que fait `esxlab run`, sur cette seule "
            "machine ; sans commande, sh lit l'entrée standard. Avec -o json et sans commande, rien n'est "
            "ouvert, et le chemin est indiqué : utilisateur, adresse, port, clé d'hôte, rebonds, une ligne "
            "d'OpenSSH. Sous Windows : `esxlab export ssh-config`, et le ssh du système."
        ),
    ),
    "metavar.machine": ("MACHINE", "MACHINE"),
    "ssh.begun": ("{name}: ~. leaves", "{name} : ~. rend la main"),
    "ssh.router": (
        "{name}: ~. leaves; what you change there, the next plan shows",
        "{name} : ~. rend la main ; ce que vous y modifiez, le prochain plan le montre",
    ),
    "error.usage.router_terminal": (
        "a router has a terminal only, and here is none",
        "un routeur ne s'ouvre que dans un terminal, et il n'y en a pas ici",
    ),
    "error.usage.router_terminal.fix": (
        "run `esxlab ssh -g 7 router` in a terminal, without a command; on Windows use the system's ssh",
        "lancez `esxlab ssh -g 7 router` dans un terminal, sans commande ; sous Windows, le ssh du système",
    ),
    "error.usage.no_router": (
        "this group has no router: its spec says `router: none`",
        "ce groupe n'a pas de routeur : sa spec dit `router: none`",
    ),
    "error.usage.no_router.fix": ("name another group with -g", "indiquez un autre groupe avec -g"),
    "ssh.ended": ("{name}: left", "{name} : terminé"),
    "error.usage.one_machine": (
        "this command is for one machine, and {number} are meant",
        "cette commande porte sur une seule machine, et {number} sont désignées",
    ),
    "error.usage.one_machine.fix": (
        "name one group with -g, and one machine of it; `esxlab run` is for many",
        "indiquez un groupe avec -g, et une de ses machines ; `esxlab run` est pour plusieurs",
    ),
    "error.usage.no_terminal": (
        "esxlab has no terminal of its own on Windows",
        "esxlab n'a pas de terminal à lui sous Windows",
    ),
    "error.usage.no_terminal.fix": (
        "`esxlab export ssh-config`, then the system's own ssh with that file",
        "`esxlab export ssh-config`, puis le ssh du système avec ce fichier",
    ),
    "option.run_timeout": (
        "how long the command may take on a machine; there it is ended then",
        "durée permise à la commande sur une machine ; elle y est ensuite arrêtée",
    ),
    "option.max_output": (
        "how much of a machine's output is taken, in KiB",
        "quantité de sortie conservée pour chaque machine, en Kio",
    ),
    "option.stdin": (
        "give this standard input to each of the commands (1 MiB at most)",
        "donner cette entrée standard à chacune des commandes (1 Mio au plus)",
    ),
    "metavar.machines": ("MACHINES", "MACHINES"),
    "metavar.command": ("COMMAND", "COMMANDE"),
    "metavar.from": ("FROM", "DE"),
    "metavar.to": ("TO", "VERS"),
    "metavar.kib": ("KIB", "KIO"),
    "into.status": ("ended with {status}", "terminée avec {status}"),
    "into.cut.time": (
        "cut off: its time was over (`--timeout`)",
        "coupée : son temps est écoulé (`--timeout`)",
    ),
    "into.cut.size": (
        "cut off: it says more than is taken (`--max-output`); what follows is lost",
        "coupée : sa sortie dépasse ce qui est permis (`--max-output`) ; la suite est perdue",
    ),
    "into.cut.stopped": ("cut off: interrupted", "coupée : interruption"),
    "into.stopping": (
        "Interrupted: what runs is cut off, nothing else is started. Once more: leave at once.",
        (
            "Interruption : ce qui est en cours est coupé, rien d'autre n'est lancé. Encore une fois : "
            "sortie immédiate."
        ),
    ),
    "into.summary": (
        "{ok} ended with 0, {other} otherwise, {cut} cut off, {lost} without an answer",
        "{ok} terminées avec 0, {other} autrement, {cut} coupées, {lost} sans réponse",
    ),
    "error.guest.stopped": ("interrupted", "interruption"),
    "error.guest.stopped.fix": ("run the same command again", "relancez la même commande"),
    "error.guest.not_there": ("the machine is not there", "la machine n'existe pas"),
    "error.guest.not_there.fix": (
        "`esxlab status` shows what is there, `esxlab provision` makes the rest",
        "`esxlab status` montre ce qui est en place, `esxlab provision` fait le reste",
    ),
    "error.usage.machine": (
        "no group that was chosen has a machine {name}",
        "aucun des groupes choisis n'a de machine {name}",
    ),
    "error.usage.machine.fix": ("there are: {known}; or all", "il y a : {known} ; ou all"),
    "error.usage.stdin": (
        "standard input is larger than {kib} KiB",
        "l'entrée standard dépasse {kib} Kio",
    ),
    "error.usage.stdin_unread": (
        "standard input cannot be read",
        "l'entrée standard ne peut pas être lue",
    ),
    "error.usage.stdin_unread.fix": (
        "give it by a pipe or a file: `esxlab run --stdin ... <FILE`; or none",
        "donnez-la par un tube ou un fichier : `esxlab run --stdin ... <FICHIER` ; ou aucune",
    ),
    "error.usage.stdin.fix": (
        "give less, or bring a file into the machines and read it there",
        "donnez-en moins, ou apportez un fichier sur les machines et lisez-le là",
    ),
}
