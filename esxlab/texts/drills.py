"""The drills: what is broken, each step, what was seen, and their errors."""

TEXTS = {
    "drill.why.refused": ("refused", "connexion refusée"),
    "drill.why.silent": ("no answer", "sans réponse"),
    "drill.why.other": ("no page", "sans page"),
    "drill.why.": ("no page", "sans page"),
    "drill.nobody": ("nobody ({why})", "personne ({why})"),
    "drill.counts": ("{counts}, lost {lost}", "{counts}, perdues : {lost}"),
    "step.unplug": ("{subject}: card disconnected", "{subject} : carte débranchée"),
    "step.plug": ("{subject}: card connected again", "{subject} : carte rebranchée"),
    "step.cut-power": ("{subject}: power cut", "{subject} : alimentation coupée"),
    "step.give-power": ("{subject}: powered on", "{subject} : alimentation rétablie"),
    "step.stop-service": ("{subject}: {service} stopped", "{subject} : {service} arrêté"),
    "step.start-service": ("{subject}: {service} started", "{subject} : {service} démarré"),
    "column.drill": ("drill", "panne"),
    "column.before": ("before", "avant"),
    "column.takeover": ("takes over", "relève"),
    "column.outage": ("outage s", "coupure (s)"),
    "column.bound": ("bound s", "limite (s)"),
    "column.lost": ("lost/sent", "perdues/envoyées"),
    "column.ended": ("after repair", "après remise en état"),
    "column.again": ("2nd outage s", "2e coupure (s)"),
    "column.condition": ("condition", "situation"),
    "column.missed": ("lost", "perdues"),
    "column.expected": ("expected", "attendu"),
    "drills.no_promise": ("any", "sans limite"),
    "drills.head": ("Drills for class {class_name}", "Pannes provoquées dans la classe {class_name}"),
    "drills.group": ("Group {group}", "Groupe {group}"),
    "drills.line": ("group {group}, {drill}: {text}", "groupe {group}, {drill} : {text}"),
    "drills.unread": (
        "{read} of {requests} samples could be read: the times are less exact than they look",
        "{read} échantillons lus sur {requests} : les durées sont moins exactes qu'elles n'en ont l'air",
    ),
    "drills.speed": (
        "Seconds are the lab's own; its clock runs {speed} times faster.",
        "Les secondes sont celles du TP ; son horloge va {speed} fois plus vite.",
    ),
    "drills.seconds": (
        "Seconds are those of the client that asks.",
        "Les secondes sont celles du client qui envoie les requêtes.",
    ),
    "drills.summary": (
        "drills as expected: {ok} of {drills}; labs whole afterwards: {green} of {groups}",
        "pannes au résultat attendu : {ok} sur {drills} ; TP intacts ensuite : {green} sur {groups}",
    ),
    "drills.mended": (
        "put back what drills break, in groups: {groups}",
        "ce que les pannes provoquées ont cassé est remis en état, groupes : {groups}",
    ),
    "drills.leaving": (
        "Left in the middle. What was broken is NOT put back. To put it back: {command}",
        "Quitté en cours de route. Ce qui était cassé n'est PAS remis en état. Pour le faire : {command}",
    ),
    "drills.stopping": (
        (
            "Stopping: what was broken is put back first; this takes a minute. Ctrl-C again to leave now.\n"
            "To put it back later: {command}"
        ),
        (
            "Arrêt : ce qui était cassé est d'abord remis en état, en une minute. Ctrl-C à nouveau "
            "pour quitter immédiatement.\nPour le remettre en état plus tard : {command}"
        ),
    ),
    "confirm.drill": (
        "Break these labs now, and put them back?",
        "Provoquer ces pannes maintenant, puis tout remettre en état ?",
    ),
    "command.drill.long": (
        (
            "Break a running lab on purpose, measure what a client sees, put it back.\n\n"
            "Part 1: nic, power, stop, apache, apache-watched. Part 2: server, schedulers. Without names: "
            "all of the group's part. A lab whose checks are not green is not touched. The lab is left as "
            "it was found, also after Ctrl-C. Exit code 10 when something went otherwise than expected."
        ),
        (
            "Provoquer une panne dans un TP en marche, mesurer ce que voit un client, tout remettre "
            "en état.\n\n"
            "Partie 1 : nic, power, stop, apache, apache-watched. Partie 2 : server, schedulers. "
            "Sans nom : toutes celles de la partie du groupe. Un TP dont les tests échouent n'est "
            "pas touché. Le TP est rendu comme il était, même après Ctrl-C. Code de sortie 10 si un "
            "résultat diffère de l'attendu."
        ),
    ),
    "option.put_back": (
        "break nothing: only put back what these drills break",
        "ne rien casser : remettre seulement en état ce que ces pannes cassent",
    ),
    "error.drill.unknown": (
        "there is no drill {name} for scenario {scenario}",
        "il n'y a pas de panne {name} pour le scénario {scenario}",
    ),
    "error.drill.unknown.fix": ("it has: {known}", "pannes connues : {known}"),
    "error.drill.no_client": (
        "no client can watch: the spec has neither ClientA nor ClientB where it is needed",
        "aucun client ne peut observer : la spec n'a ni ClientA ni ClientB là où il le faut",
    ),
    "error.drill.no_client.fix": (
        "add a client to the spec, and provision it",
        "ajoutez un client à la spec, et déployez-le",
    ),
    "error.drill.not_green": (
        "check {check} is not green, so nothing was broken here",
        "le test {check} n'est pas réussi, donc rien n'a été cassé ici",
    ),
    "error.drill.not_green.fix": (
        (
            "look with `esxlab verify --group {group}`; after a drill that was cut off: "
            "`esxlab drill --put-back --group {group}`"
        ),
        (
            "voyez `esxlab verify --group {group}` ; après une panne provoquée et interrompue : "
            "`esxlab drill --put-back --group {group}`"
        ),
    ),
    "error.drill.unsteady": (
        "no server answers {url} steadily",
        "aucun serveur ne répond régulièrement sur {url}",
    ),
    "error.drill.unsteady.fix": (
        "wait a minute after a start; then look with `esxlab verify`",
        "attendez une minute après un démarrage ; puis voyez `esxlab verify`",
    ),
    "error.drill.unread": (
        "{read} of {requests} samples could be read: nothing is known of the lab, and no outage was measured",
        "{read} échantillons lus sur {requests} : on ne sait rien du TP, aucune coupure n'a été mesurée",
    ),
    "error.drill.unread.fix": (
        (
            "what the client said instead is above. Log in there: does `curl --version` answer, and does "
            "`date +%s.%N` print seconds with fractions?"
        ),
        (
            "ce que le client a répondu à la place est ci-dessus. Connectez-vous-y : `curl --version` "
            "répond-il, et `date +%s.%N` affiche-t-il des secondes avec leurs fractions ?"
        ),
    ),
    "error.drill.step": (
        "`{command}` ended with status {status}",
        "`{command}` s'est terminée avec le code {status}",
    ),
    "error.drill.step.fix": (
        "log in to the machine, and try the command by hand",
        "connectez-vous à la machine, et essayez la commande à la main",
    ),
    "error.drill.not_put_back": (
        "something that drill {drill} broke could not be put back",
        "ce que la panne {drill} a cassé n'a pas pu être remis en état",
    ),
    "error.drill.not_put_back.fix": (
        "`esxlab drill {drill} --put-back --group {group}`, then `esxlab verify --group {group}`",
        "`esxlab drill {drill} --put-back --group {group}`, puis `esxlab verify --group {group}`",
    ),
}
