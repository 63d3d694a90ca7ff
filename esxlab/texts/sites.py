"""Many schools: the centre's commands, a school's, and what is refused."""

TEXTS = {
    "command.fleet.long": (
        (
            "For who looks after many schools: one command is sent to each of them, which does it itself, "
            "inside, with its own spec and passwords, and answers. Nothing dials into a school.\n\n"
            "The directory of the fleet is made by `esxlab site keys`."
        ),
        (
            "Pour qui suit de nombreux sites : une commande est envoyée à chacun, qui l'exécute lui-même, "
            "chez lui, avec sa spec et ses mots de passe, puis répond. Aucune connexion n'entre dans un "
            "site.\n\n"
            "Le dossier du parc est créé par `esxlab site keys`."
        ),
    ),
    "command.fleet_look.long": (
        (
            "Send this command to the schools, wait, and show what each has answered: a row for each school, "
            "then its groups. Nothing is changed.\n\n"
            "Ctrl-C leaves; `esxlab fleet show` takes the request up again."
        ),
        (
            "Envoyer cette commande aux sites, attendre, et montrer la réponse de chacun : une ligne par "
            "site, puis ses groupes. Rien n'est modifié.\n\n"
            "Ctrl-C quitte ; `esxlab fleet show` reprend la demande."
        ),
    ),
    "command.fleet_change.long": (
        (
            "Ask every school for its plan, show them, ask you once, and have each school do exactly its "
            "plan: one that has changed since is refused there.\n\n"
            "Only schools whose own file allows it, at the hours that it names, do it. What has not begun "
            "when the request expires is not done.\n\n"
            "By a stick it takes two commands: the first one writes the requests for plans (`--folder "
            "DIRECTORY --wait 0`), the second one, when the stick is back, sends the plans that came: "
            "`--planned REQUEST --folder DIRECTORY --wait 0`."
        ),
        (
            "Demander son plan à chaque site, les montrer, vous interroger une fois, puis faire exécuter à "
            "chaque site exactement son plan : s'il a changé entre-temps, le site le refuse.\n\n"
            "Seuls l'exécutent les sites dont le propre fichier le permet, aux heures qu'il indique. Ce qui "
            "n'a pas commencé quand la demande expire n'est pas fait.\n\n"
            "Avec une clé USB, il faut deux commandes : la première écrit les demandes de plan (`--folder "
            "DOSSIER --wait 0`) ; la seconde, quand la clé est revenue, envoie les plans reçus : "
            "`--planned DEMANDE --folder DOSSIER --wait 0`."
        ),
    ),
    "command.fleet_status.short": ("what is there in each school", "ce qui est en place dans chaque site"),
    "command.fleet_doctor.short": (
        "what stands in the way in each school",
        "ce qui fait obstacle dans chaque site",
    ),
    "command.fleet_plan.short": (
        "what provision would do in each school",
        "ce que provision ferait dans chaque site",
    ),
    "command.fleet_verify.short": (
        "whether the labs of each school work",
        "si les TP de chaque site fonctionnent",
    ),
    "command.fleet_provision.short": (
        "the plans of all schools, then provision",
        "les plans de tous les sites, puis provision",
    ),
    "command.fleet_teardown.short": (
        "the plans of all schools, then teardown",
        "les plans de tous les sites, puis teardown",
    ),
    "command.fleet_show.short": ("take a request up again", "reprendre une demande"),
    "command.fleet_show.long": (
        (
            "Take a request up again, the newest one when none is named: it is sent again to the schools "
            "that have not answered, which do nothing twice."
        ),
        (
            "Reprendre une demande, la plus récente si aucune n'est nommée : elle est renvoyée aux sites "
            "qui n'ont pas répondu, et qui ne font rien deux fois."
        ),
    ),
    "command.fleet_spec.short": ("offer a spec to schools: push", "proposer une spec à des sites : push"),
    "command.fleet_spec.long": (
        "Specs for schools; each school's administrator takes one, or not.",
        "Des specs pour les sites ; l'administrateur de chaque site en accepte une, ou non.",
    ),
    "command.fleet_push.short": ("offer a spec to schools", "proposer une spec à des sites"),
    "command.fleet_push.long": (
        (
            "Offer a spec for a class. It waits in the school until its administrator takes it: "
            "`esxlab site take CLASS DIGEST`. A spec holds no password."
        ),
        (
            "Proposer une spec pour une classe. Elle attend dans le site que son administrateur l'accepte : "
            "`esxlab site take CLASSE CONDENSÉ`. Une spec ne contient aucun mot de passe."
        ),
    ),
    "command.fleet_revoke.short": ("believe a school's key no more", "ne plus accepter la clé d'un site"),
    "command.fleet_revoke.long": (
        (
            "Believe a school's key no more: its answers are dropped and it is sent nothing. The broker's "
            "files are written without it; the broker's administrator has to take them."
        ),
        (
            "Ne plus accepter la clé d'un site : ses réponses sont ignorées et rien ne lui est envoyé. Les "
            "fichiers du courtier sont récrits sans lui ; son administrateur doit les installer."
        ),
    ),
    "command.site.long": (
        (
            "A school's side of `esxlab fleet`: take the centre's jobs, do what this school's own file "
            "allows, answer. The school only dials out."
        ),
        (
            "Le côté site de `esxlab fleet` : prendre les demandes du centre, exécuter ce que permet le "
            "propre fichier du site, répondre. Toutes les connexions sortent du site."
        ),
    ),
    "command.site_run.short": (
        "take the centre's jobs and answer",
        "prendre les demandes du centre et répondre",
    ),
    "command.site_run.long": (
        (
            "Take the centre's jobs and answer, until Ctrl-C or SIGTERM: what runs is then ended gently, and "
            "goes on at the next start. One job at a time for each class.\n\n"
            "The directory holds site.yaml (what the centre may do), the school's keys, and the specs. "
            "Passwords are found as for every command; they leave the school in no message."
        ),
        (
            "Prendre les demandes du centre et répondre, jusqu'à Ctrl-C ou SIGTERM : ce qui s'exécute "
            "s'arrête alors proprement et reprend au prochain démarrage. Une demande à la fois par "
            "classe.\n\n"
            "Le dossier contient site.yaml (ce que le centre peut faire), les clés du site et les specs. Les "
            "mots de passe sont trouvés comme pour toute commande ; aucun message ne les emporte."
        ),
    ),
    "command.site_keys.short": ("make keys for schools, at the centre", "créer les clés de sites, au centre"),
    "command.site_keys.long": (
        (
            "Make keys for schools, at the centre: sites/NAME/ is carried to the school, once; broker/ is "
            "for the administrator of the RabbitMQ (users, queues, permissions, TLS). What is there stays; "
            "ca.key and centre/ leave this directory for nobody."
        ),
        (
            "Créer les clés de sites, au centre : sites/NOM/ est à porter au site, une fois ; broker/ est "
            "pour l'administrateur du RabbitMQ (utilisateurs, files, droits, TLS). Ce qui existe reste ; "
            "ca.key et centre/ ne quittent ce dossier pour personne."
        ),
    ),
    "command.site_unit.short": ("print a systemd unit", "écrire une unité systemd"),
    "command.site_unit.long": (
        (
            "Print a systemd unit that runs this school, for `systemctl --user`: put it into "
            "~/.config/systemd/user/esxlab-site.service, then `loginctl enable-linger`."
        ),
        (
            "Écrire une unité systemd qui exécute ce site, pour `systemctl --user` : à mettre dans "
            "~/.config/systemd/user/esxlab-site.service, puis `loginctl enable-linger`."
        ),
    ),
    "command.site_offers.short": ("specs that the centre offers", "les specs que le centre propose"),
    "command.site_offers.long": (
        "List the specs that the centre offers, with their digest (SHA-256).",
        "Lister les specs que le centre propose, avec leur condensé (SHA-256).",
    ),
    "command.site_take.short": ("take an offered spec", "accepter une spec proposée"),
    "command.site_take.long": (
        (
            "Put an offered spec where site.yaml says that the class's spec is; the old one stays beside it. "
            "The digest is given by its first eight digits or more: have the centre read them to you."
        ),
        (
            "Mettre une spec proposée à la place que site.yaml indique pour la classe ; l'ancienne reste à "
            "côté. Le condensé se donne par ses huit premiers chiffres au moins : faites-les lire au centre."
        ),
    ),
    "option.fleet": (
        "directory of the fleet (default: ESXLAB_FLEET, else here)",
        "dossier du parc (par défaut : ESXLAB_FLEET, sinon ici)",
    ),
    "option.fleet_folder": (
        "send by files in this folder (a stick, a share) instead of the broker",
        "envoyer par fichiers dans ce dossier (clé USB, partage) au lieu du courtier",
    ),
    "option.fleet_wait": (
        "wait so long for answers; the request goes on without",
        "attendre les réponses ce temps-là ; la demande continue sans cela",
    ),
    "option.fleet_class": (
        "class, as the school's site.yaml names it (default: its only one)",
        "classe, telle que la nomme site.yaml du site (par défaut : la seule)",
    ),
    "option.sites": ("schools: a,b", "sites : a,b"),
    "option.all_sites": ("all schools", "tous les sites"),
    "option.expires": (
        "a school begins nothing after this time (default: 2; with --folder 168)",
        "passé ce délai, un site ne commence plus rien (par défaut : 2 ; avec --folder 168)",
    ),
    "option.planned": (
        "send the plans that this request has brought, exactly these, instead of asking for new ones",
        "envoyer les plans que cette demande a rapportés, exactement ceux-là, au lieu d'en demander",
    ),
    "option.site_directory": (
        "directory of this school (default: here)",
        "dossier de ce site (par défaut : ici)",
    ),
    "option.site_folder": (
        "take jobs from this folder (a stick, a share) instead of the broker",
        "prendre les demandes dans ce dossier (clé USB, partage) au lieu du courtier",
    ),
    "option.broker": (
        "address of the RabbitMQ: amqps://HOST:PORT",
        "adresse du RabbitMQ : amqps://HÔTE:PORT",
    ),
    "option.renew": (
        "new certificates, for 825 days, for these schools and whoever else's ends within 60 days",
        "de nouveaux certificats, pour 825 jours : ces sites, et tous ceux qui expirent dans les 60 jours",
    ),
    "option.once": (
        "end when every job that is there has been answered",
        "terminer quand chaque demande présente a sa réponse",
    ),
    "metavar.site": ("SITE", "SITE"),
    "metavar.sites": ("SITES", "SITES"),
    "metavar.request": ("REQUEST", "DEMANDE"),
    "metavar.hours": ("HOURS", "HEURES"),
    "metavar.digest": ("DIGEST", "CONDENSÉ"),
    "column.site": ("school", "site"),
    "column.summary": ("in short", "en bref"),
    "column.class_name": ("class", "classe"),
    "column.digest": ("digest", "condensé"),
    "column.lines": ("lines", "lignes"),
    "word.refused": ("refused", "refusé"),
    "word.ended": ("ended", "terminé"),
    "fleet.code": ("exit code {code}", "code de sortie {code}"),
    "fleet.changes.one": ("{count} change", "{count} changement"),
    "fleet.changes.many": ("{count} changes", "{count} changements"),
    "fleet.skew": ("its clock differs by {seconds} s", "son horloge diffère de {seconds} s"),
    "fleet.news": ("{site}: {state}", "{site} : {state}"),
    "fleet.later": (
        "not all have answered; `esxlab fleet show {request}` takes it up again",
        "tous n'ont pas répondu ; `esxlab fleet show {request}` reprend la demande",
    ),
    "fleet.later_plans": (
        "the plans that have come are carried out by `{command}`",
        "les plans reçus s'exécutent par `{command}`",
    ),
    "fleet.provision": ("Provision these schools: {sites}?", "Déployer ces sites : {sites} ?"),
    "fleet.teardown": (
        "Teardown in these schools; type their names, {sites}, to confirm:",
        "Démontage dans ces sites ; tapez leurs noms, {sites}, pour confirmer :",
    ),
    "fleet.revoke": ("Believe {name}'s key no more?", "Ne plus accepter la clé de {name} ?"),
    "fleet.revoked": (
        (
            "{name} is revoked: its answers are dropped. At the broker: import broker/definitions.json, "
            "`rabbitmqctl delete_user {name}`"
        ),
        (
            "{name} est révoqué : ses réponses sont ignorées. Sur le courtier : importer "
            "broker/definitions.json, `rabbitmqctl delete_user {name}`"
        ),
    ),
    "site.listens": ("{name} takes jobs; Ctrl-C ends it", "{name} prend les demandes ; Ctrl-C y met fin"),
    "site.stopping": (
        "Stopping: what runs is ended gently; once more leaves at once.",
        "Arrêt : ce qui s'exécute se termine proprement ; une seconde fois quitte aussitôt.",
    ),
    "site.begins": ("begins", "commence"),
    "site.resumes": ("goes on", "reprend"),
    "site.ended": ("ended, exit code", "terminé, code de sortie"),
    "site.stopped": (
        "stopped; the next start goes on with it",
        "arrêté ; le prochain démarrage la reprendra",
    ),
    "site.dropped": ("a message was dropped", "un message a été écarté"),
    "site.back": ("the way to the centre is open again", "le chemin vers le centre est rétabli"),
    "site.made": (
        "{name}: carry {directory} to the school, and fill in its site.yaml",
        "{name} : portez {directory} au site, et complétez son site.yaml",
    ),
    "site.broker_files": (
        "For the administrator of the broker: {directory}, to be put into /etc/rabbitmq",
        "Pour l'administrateur du courtier : {directory}, à mettre dans /etc/rabbitmq",
    ),
    "site.renewed": (
        "{name}: carry tls.key and tls.pem of {directory} to the school, and restart its `esxlab site run`",
        "{name} : portez tls.key et tls.pem de {directory} au site, et relancez son `esxlab site run`",
    ),
    "site.renewed_centre": ("centre: renewed, in {directory}", "centre : renouvelé, dans {directory}"),
    "site.renewed_broker": (
        "broker: put tls.key and tls.pem of {directory} into its /etc/rabbitmq, and restart it",
        "courtier : mettez tls.key et tls.pem de {directory} dans son /etc/rabbitmq, et redémarrez-le",
    ),
    "site.renewed_none": (
        "No certificate ends within 60 days.",
        "Aucun certificat n'expire dans les 60 jours.",
    ),
    "site.no_offers": ("No spec is offered.", "Aucune spec n'est proposée."),
    "site.taken": (
        "{name}: the offered spec is now {path}",
        "{name} : la spec proposée est maintenant {path}",
    ),
    "site.kept": ("The one before is {path}", "La précédente est {path}"),
    "error.site.malformed": (
        "a message is not what a message of a fleet looks like",
        "un message n'a pas la forme d'un message de parc",
    ),
    "error.site.malformed.fix": (
        "it was dropped; the centre's and the school's esxlab should be of the same release",
        "il a été écarté ; l'esxlab du centre et celui du site devraient être de la même version",
    ),
    "error.site.forged": (
        "a message says it is from {signer}, and is not signed by that key",
        "un message se dit de {signer}, et n'est pas signé par cette clé",
    ),
    "error.site.forged.fix": (
        "it was dropped; if the school's keys are new, site.yaml and fleet.yaml must hold the same ones",
        "il a été écarté ; si les clés sont nouvelles, site.yaml et fleet.yaml doivent contenir les mêmes",
    ),
    "error.site.newer": (
        "the other side speaks message schema {theirs}, this esxlab up to {ours}: it is older",
        "l'autre côté parle le schéma de message {theirs}, cet esxlab jusqu'à {ours} : il est plus ancien",
    ),
    "error.site.newer.fix": ("update esxlab on this side", "mettez esxlab à jour de ce côté"),
    "error.site.older": (
        "the other side speaks message schema {theirs}, this esxlab {ours}: the other one is older",
        "l'autre côté parle le schéma de message {theirs}, cet esxlab {ours} : l'autre est plus ancien",
    ),
    "error.site.older.fix": ("update esxlab on the other side", "mettez esxlab à jour de l'autre côté"),
    "error.site.no_key": ("this key cannot be read", "cette clé est illisible"),
    "error.site.no_key.fix": (
        "carry the school's directory from the centre again: sites/NAME",
        "reportez le dossier du site depuis le centre : sites/NOM",
    ),
    "error.site.no_file": ("there is no site.yaml here", "il n'y a pas de site.yaml ici"),
    "error.site.no_file.fix": (
        "name the school's directory with --directory; the centre makes it with `esxlab site keys`",
        "nommez le dossier du site avec --directory ; le centre le crée par `esxlab site keys`",
    ),
    "error.site.file": ("site.yaml cannot be used", "site.yaml est inutilisable"),
    "error.site.file.fix": (
        "its keys: site, centre, broker, and classes with spec, allow, hours, days",
        "ses clés : site, centre, broker, et classes avec spec, allow, hours, days",
    ),
    "error.site.other_name": (
        "this directory is that of {name}, not of {asked}",
        "ce dossier est celui de {name}, pas de {asked}",
    ),
    "error.site.other_name.fix": (
        "name the right directory with --directory",
        "nommez le bon dossier avec --directory",
    ),
    "error.site.no_class": ("this school has no class {name}", "ce site n'a pas de classe {name}"),
    "error.site.no_class.fix": (
        "its administrator names the classes in site.yaml",
        "son administrateur nomme les classes dans site.yaml",
    ),
    "error.site.which_class": (
        "this school has several classes, or none: {classes}",
        "ce site a plusieurs classes, ou aucune : {classes}",
    ),
    "error.site.which_class.fix": ("name one with --class", "nommez-en une avec --class"),
    "error.site.not_allowed": (
        "this school does not allow {verb} of {name} from the centre",
        "ce site ne permet pas au centre {verb} de {name}",
    ),
    "error.site.not_allowed.fix": (
        "its administrator allows it in site.yaml: `allow: [{verb}]`",
        "son administrateur le permet dans site.yaml : `allow: [{verb}]`",
    ),
    "error.site.not_now": (
        "this school allows {verb} only at {hours}, {days}",
        "ce site ne permet {verb} que pendant {hours}, {days}",
    ),
    "error.site.not_now.fix": ("send it again at these hours", "renvoyez la demande à ces heures"),
    "error.site.too_late": (
        "too late: the request expired at {expired}; here it is {here}; nothing was done",
        "trop tard : la demande a expiré à {expired} ; il est ici {here} ; rien n'a été fait",
    ),
    "error.site.too_late.fix": (
        "send it again, `--expires HOURS` gives it longer; if one of the times is wrong, set that clock",
        "renvoyez-la, `--expires HEURES` lui laisse plus de temps ; si une heure est fausse, réglez-la",
    ),
    "error.site.clock": (
        (
            "the school's clock is {seconds} s behind the centre's: here it is {here}, a message was sent at "
            "{sent}; nobody knows what has expired, nothing was done"
        ),
        (
            "l'horloge du site est en retard de {seconds} s sur celle du centre : il est ici {here}, un "
            "message est parti à {sent} ; rien ne dit ce qui a expiré, rien n'a été fait"
        ),
    ),
    "error.site.clock.fix": (
        (
            "`timedatectl` on both shows which one is not synchronised; set it, then send the request again. "
            "If it was the centre's, `esxlab site run` has to be started anew"
        ),
        (
            "`timedatectl` des deux côtés montre laquelle n'est pas synchronisée ; mettez-la à l'heure, puis "
            "renvoyez la demande. Si c'était celle du centre, relancez `esxlab site run`"
        ),
    ),
    "error.site.other_clock": (
        "its clock differs from this computer's by {seconds} s or more (minus: it is slow)",
        "son horloge diffère de celle de cet ordinateur d'au moins {seconds} s (moins : elle retarde)",
    ),
    "error.site.other_clock.fix": (
        "`timedatectl` there and here shows which one is not synchronised; `timedatectl set-ntp true`",
        "`timedatectl` là-bas et ici montre laquelle n'est pas synchronisée ; `timedatectl set-ntp true`",
    ),
    "error.site.centre_clock": (
        "by all schools this computer's clock is wrong by {seconds} s or more (minus: it is slow)",
        "selon tous les sites, l'horloge de cet ordinateur a au moins {seconds} s d'écart (moins : retard)",
    ),
    "error.site.centre_clock.fix": (
        "`timedatectl set-ntp true` here; after a clock that was fast, start `esxlab site run` anew",
        "`timedatectl set-ntp true` ici ; si l'horloge avançait, relancez `esxlab site run` sur les sites",
    ),
    "error.site.certificate": (
        "its certificate for the broker ends on {date}",
        "son certificat pour le courtier expire le {date}",
    ),
    "error.site.certificate.fix": (
        "at the centre `esxlab site keys --renew`; then carry what it names to its place",
        "au centre `esxlab site keys --renew` ; puis portez à sa place ce qu'elle nomme",
    ),
    "error.site.no_names": ("no school is named", "aucun site n'est nommé"),
    "error.site.no_names.fix": (
        "`esxlab site keys lycee-a lycee-b`; `--renew` and `--broker URL` need no name",
        "`esxlab site keys lycee-a lycee-b` ; `--renew` et `--broker URL` n'ont pas besoin de nom",
    ),
    "error.site.too_long": (
        "a request may be good for {days} days at most",
        "une demande peut valoir au plus {days} jours",
    ),
    "error.site.too_long.fix": (
        "send it with a shorter --expires",
        "envoyez-la avec un --expires plus court",
    ),
    "error.site.other_spec": (
        "the spec of {name} is no longer the one whose plan was agreed to",
        "la spec de {name} n'est plus celle dont le plan a été approuvé",
    ),
    "error.site.other_spec.fix": (
        "send the command again, and read the new plan",
        "renvoyez la commande et lisez le nouveau plan",
    ),
    "error.site.offer_digest": (
        "the offered spec is not the one of its digest",
        "la spec proposée n'est pas celle de son condensé",
    ),
    "error.site.offer_digest.fix": ("offer it again", "proposez-la à nouveau"),
    "error.site.offered": (
        "a spec for {name} is offered, {digest}",
        "une spec est proposée pour {name}, {digest}",
    ),
    "error.site.offered.fix": (
        "`esxlab site offers`, then `esxlab site take {name} {digest}`",
        "`esxlab site offers`, puis `esxlab site take {name} {digest}`",
    ),
    "error.site.no_offer": (
        "no offered spec for {name} has a digest that begins with {digest}",
        "aucune spec proposée pour {name} n'a un condensé qui commence par {digest}",
    ),
    "error.site.no_offer.fix": (
        "`esxlab site offers` lists them; eight digits or more",
        "`esxlab site offers` les liste ; huit chiffres au moins",
    ),
    "error.site.no_spec": ("this spec cannot be read", "cette spec est illisible"),
    "error.site.no_spec.fix": (
        "a file of at most 48 KiB, in UTF-8",
        "un fichier d'au plus 48 Kio, en UTF-8",
    ),
    "error.site.no_document": (
        "the command printed no document that fits into a message",
        "la commande n'a pas produit de document qui tienne dans un message",
    ),
    "error.site.no_document.fix": (
        "ask for fewer groups; in the school `esxlab status` shows the rest",
        "demandez moins de groupes ; sur place, `esxlab status` montre le reste",
    ),
    "error.site.killed": (
        "{signal} has ended the command before its end",
        "{signal} a mis fin à la commande avant son terme",
    ),
    "error.site.killed.fix": (
        (
            "what it did stays; send the command again, esxlab does only what is missing. After SIGKILL look "
            "in the school for want of memory: `journalctl -k`"
        ),
        (
            "ce qu'elle a fait reste ; renvoyez la commande, esxlab ne fait que ce qui manque. Après "
            "SIGKILL, cherchez sur le site un manque de mémoire : `journalctl -k`"
        ),
    ),
    "error.site.unknown_reason": (
        "the school refused: {reason}",
        "le site a refusé : {reason}",
    ),
    "error.site.unknown_reason.fix": (
        "the school's esxlab is newer; its own log says more",
        "l'esxlab du site est plus récent ; son propre journal en dit plus",
    ),
    "error.site.away": (
        "the way between centre and school is closed",
        "le chemin entre centre et site est fermé",
    ),
    "error.site.away.fix": (
        (
            "the broker's port must be open outwards, the certificates valid by this clock, the folder "
            "there; a school tries again by itself"
        ),
        (
            "le port du courtier doit être ouvert en sortie, les certificats valides selon cette horloge, le "
            "dossier présent ; un site réessaie de lui-même"
        ),
    ),
    "error.site.never_reached": (
        "this broker has never answered: its address may be wrong",
        "ce courtier n'a jamais répondu : son adresse est peut-être fausse",
    ),
    "error.site.never_reached.fix": (
        (
            "`esxlab site keys --broker URL` mends the address; then `esxlab fleet show` sends the request. "
            "One that has answered before is waited for"
        ),
        (
            "`esxlab site keys --broker URL` corrige l'adresse ; puis `esxlab fleet show` envoie la demande. "
            "Un courtier qui a déjà répondu est attendu"
        ),
    ),
    "error.site.not_installed": (
        "what speaks to the broker is not installed",
        "ce qui parle au courtier n'est pas installé",
    ),
    "error.site.not_installed.fix": (
        "`pipx install 'esxlab[sites]'`; `--folder DIRECTORY` needs no more",
        "`pipx install 'esxlab[sites]'` ; `--folder DOSSIER` n'en a pas besoin",
    ),
    "error.site.broker_url": ("{url} is no address of a broker", "{url} n'est pas l'adresse d'un courtier"),
    "error.site.broker_url.fix": ("amqps://HOST:PORT", "amqps://HÔTE:PORT"),
    "error.site.other_broker": (
        "a message travels over AMQP (RabbitMQ) or in a folder, not over {scheme}",
        "un message passe par AMQP (RabbitMQ) ou par un dossier, pas par {scheme}",
    ),
    "error.site.other_broker.fix": (
        "amqps://HOST:PORT, or --folder DIRECTORY",
        "amqps://HÔTE:PORT, ou --folder DOSSIER",
    ),
    "error.site.running": (
        "another `esxlab site run` is at work in this directory ({who})",
        "un autre `esxlab site run` travaille dans ce dossier ({who})",
    ),
    "error.site.running.fix": (
        "it takes every job; end it with SIGTERM or Ctrl-C before starting another one",
        "il prend toutes les demandes ; arrêtez-le par SIGTERM ou Ctrl-C avant d'en lancer un autre",
    ),
    "error.site.no_way": ("neither a broker nor a folder is named", "ni courtier ni dossier n'est nommé"),
    "error.site.no_way.fix": (
        "`broker:` in the file, or --folder DIRECTORY",
        "`broker:` dans le fichier, ou --folder DOSSIER",
    ),
    "error.site.no_fleet": ("there is no fleet.yaml here", "il n'y a pas de fleet.yaml ici"),
    "error.site.no_fleet.fix": (
        "`--fleet DIRECTORY`; `esxlab site keys SITE...` makes one",
        "`--fleet DOSSIER` ; `esxlab site keys SITE...` le crée",
    ),
    "error.site.fleet_file": ("fleet.yaml cannot be used", "fleet.yaml est inutilisable"),
    "error.site.fleet_file.fix": (
        "it is written by `esxlab site keys`; take yesterday's from a backup",
        "il est écrit par `esxlab site keys` ; reprenez celui d'une sauvegarde",
    ),
    "error.site.which_sites": (
        "which schools: --sites or --all, not both, not neither; there are: {sites}",
        "quels sites : --sites ou --all, l'un des deux ; il y a : {sites}",
    ),
    "error.site.which_sites.fix": ("--sites a,b or --all", "--sites a,b ou --all"),
    "error.site.unknown": (
        "no school is called {name}; there are: {sites}",
        "aucun site ne s'appelle {name} ; il y a : {sites}",
    ),
    "error.site.unknown.fix": (
        "`esxlab site keys {name}` makes its keys",
        "`esxlab site keys {name}` crée ses clés",
    ),
    "error.site.revoked": ("{name} was revoked", "{name} a été révoqué"),
    "error.site.revoked.fix": (
        "a school that comes back gets new keys under another name",
        "un site qui revient reçoit de nouvelles clés sous un autre nom",
    ),
    "error.site.bad_name": ("{name} cannot be a school's name", "{name} ne peut pas être le nom d'un site"),
    "error.site.bad_name.fix": (
        "1 to 39 signs: a-z, 0-9 and -; not `centre`",
        "1 à 39 signes : a-z, 0-9 et - ; pas `centre`",
    ),
    "error.site.known": ("{name} has its keys already", "{name} a déjà ses clés"),
    "error.site.known.fix": (
        "they stay; `--renew` makes a new certificate, `esxlab fleet revoke {name}` makes all worthless",
        "elles restent ; `--renew` refait le certificat, `esxlab fleet revoke {name}` leur ôte toute valeur",
    ),
    "error.site.no_request": ("there is no request {name}", "il n'y a pas de demande {name}"),
    "error.site.no_request.fix": ("without a name it is the newest one", "sans nom, c'est la plus récente"),
    "error.site.no_plans": (
        "the request {request} has not asked for plans of {verb}",
        "la demande {request} n'a pas demandé de plans de {verb}",
    ),
    "error.site.no_plans.fix": (
        "without --planned the command asks for them, and names the request",
        "sans --planned, la commande les demande, et nomme la demande",
    ),
    "error.site.planned_alone": (
        "--planned goes without --sites, --all, --class and --group: the plans have them",
        "--planned va sans --sites, --all, --class ni --group : les plans les contiennent",
    ),
    "error.site.planned_alone.fix": (
        "leave them out",
        "retirez-les",
    ),
    "error.site.plans_sent": (
        "the plans that came for {request} have been sent already, by the request {sent}",
        "les plans reçus pour {request} ont déjà été envoyés, par la demande {sent}",
    ),
    "error.site.plans_sent.fix": (
        "`esxlab fleet show {sent}` sends it again where nothing was answered; for another plan ask for one",
        "`esxlab fleet show {sent}` la renvoie où rien n'a répondu ; pour un autre plan, demandez-en un",
    ),
    "error.site.bad_request": (
        "no message can carry this request",
        "aucun message ne peut porter cette demande",
    ),
    "error.site.bad_request.fix": (
        "a class has at most 64 signs and no slash; name the groups in fewer ranges",
        "une classe a au plus 64 signes et pas de barre oblique ; nommez les groupes en moins de plages",
    ),
    "error.site.queue": (
        "the broker takes no message for this queue",
        "le courtier n'accepte aucun message pour cette file",
    ),
    "error.site.queue.fix": (
        "full until its reader comes back, or not there: put the newest definitions.json into the broker",
        "pleine jusqu'au retour de son lecteur, ou absente : chargez le dernier definitions.json",
    ),
    "error.site.state": (
        "what this school wrote down about the request {run} cannot be read: nobody knows how far it came",
        "ce que ce site a noté de la demande {run} est illisible : rien ne dit jusqu'où elle est allée",
    ),
    "error.site.state.fix": (
        "look at the school's disk; then ask anew, esxlab does only what is missing",
        "voyez le disque du site ; puis demandez de nouveau, esxlab ne fait que ce qui manque",
    ),
    "error.site.left": (
        "left before all had answered; the schools go on",
        "quitté avant que tous aient répondu ; les sites continuent",
    ),
    "error.site.left.fix": (
        "`esxlab fleet show {request}` takes it up again",
        "`esxlab fleet show {request}` reprend la demande",
    ),
    "error.site.unit_path": (
        "a systemd unit cannot hold this path",
        "une unité systemd ne peut pas contenir ce chemin",
    ),
    "error.site.unit_path.fix": (
        "a path without quotes, backslashes, percent signs and blanks",
        "un chemin sans guillemets, barres obliques inverses, signes pour cent ni espaces",
    ),
}
