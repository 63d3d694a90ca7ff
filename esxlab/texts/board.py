"""The board."""

TEXTS = {
    "command.board.long": (
        (
            "Show the class on a live page: a row for each group with its last run, what verify has found, "
            "since when, and the command that mends it.\n\n"
            "It follows the journals that provision, verify, drill and teardown write on this computer, "
            "also while they run in another terminal. Each vSphere server is watched by one call that waits "
            "for news: which machines are on, their addresses, what they wait for, where the shared address "
            "is; with --no-watch, or without its password, no server is asked. No machine or router is asked "
            "anything but what --check names, every --every seconds. Nothing is changed. "
            "Without --listen only this computer reaches it. With --listen the pages have addresses that "
            "cannot be guessed: one for the teacher, one for each group, which shows that group alone. They "
            "are new at every start. No student's name is on it. Ctrl-C ends it."
        ),
        (
            "Afficher la classe sur une page qui suit les événements : une ligne par groupe avec sa dernière "
            "exécution, ce que verify a constaté, depuis quand, et la commande qui répare.\n\n"
            "Elle suit les journaux que provision, verify, drill et teardown écrivent sur cet ordinateur, "
            "même pendant qu'ils s'exécutent dans un autre terminal. Chaque serveur vSphere est suivi par un "
            "seul appel qui attend les changements : machines allumées, leurs adresses, ce qu'elles "
            "attendent, où se trouve l'adresse partagée ; avec --no-watch, ou sans son mot de passe, aucun "
            "serveur n'est interrogé. Aucune machine, aucun routeur n'est interrogé, sauf pour les questions "
            "que --check nomme, toutes les --every secondes. Rien n'est modifié. "
            "Sans --listen, seul cet ordinateur y accède. Avec --listen, les pages "
            "ont des adresses impossibles à deviner : une pour l'enseignant, une par groupe, qui ne montre "
            "que ce groupe. Elles changent à chaque démarrage. Aucun nom d'étudiant n'y figure. Ctrl-C y met "
            "fin."
        ),
    ),
    "option.board_listen": (
        "address to listen on; the pages then need their tokens when it is not this computer's alone",
        "adresse d'écoute ; si elle est visible d'autres ordinateurs, chaque page exige son jeton",
    ),
    "option.board_port": ("TCP port; 0: a free one", "port TCP ; 0 : un port libre"),
    "option.board_static": (
        "write the pages as they are now as files for a web server, and end",
        "écrire les pages dans leur état actuel, en fichiers pour un serveur web, puis terminer",
    ),
    "option.board_no_watch": (
        "ask no vSphere server; journals alone",
        "n'interroger aucun serveur vSphere ; les journaux seuls",
    ),
    "metavar.address": ("ADDRESS", "ADRESSE"),
    "metavar.port": ("PORT", "PORT"),
    "board.teacher": ("teacher", "enseignant"),
    "board.until": ("Ctrl-C ends it", "Ctrl-C y met fin"),
    "board.grid": ("groups and checks", "groupes et questions"),
    "board.run": ("last run", "dernière exécution"),
    "board.asked": (
        "Asked of the machines that are on, every {seconds} s: {checks}.",
        "Questions posées aux machines allumées toutes les {seconds} s : {checks}.",
    ),
    "board.asked_in_vain": (
        "Asked of the machines, every {seconds} s: {checks}; the last time in vain: {why}",
        "Questions posées aux machines toutes les {seconds} s : {checks} ; en vain la dernière fois : {why}",
    ),
    "option.board_check": (
        "ask the machines this question too, again and again (name as in the grid; may be repeated)",
        "poser aussi cette question aux machines, à intervalle régulier (nom du tableau ; répétable)",
    ),
    "option.board_every": (
        "seconds between two rounds of --check",
        "secondes entre deux séries de --check",
    ),
    "metavar.check": ("CHECK", "QUESTION"),
    "error.usage.check": (
        "the class has no question {name}",
        "la classe n'a pas de question {name}",
    ),
    "error.usage.check.fix": ("there are: {known}", "il y a : {known}"),
    "board.machines": ("on", "allumées"),
    "board.message": ("last message", "dernier message"),
    "board.before_change": (
        "{word} at {asked}, before the group changed",
        "{word} à {asked}, avant le dernier changement du groupe",
    ),
    "board.not_asked_since": (
        "{word} at {asked}, not answered since",
        "{word} à {asked}, sans réponse depuis",
    ),
    "board.old": (
        "This may be old: this computer could not look. {why}",
        "L'affichage est peut-être ancien : cet ordinateur n'a pas pu le mettre à jour. {why}",
    ),
    "board.old_since": (
        "This may be old: journals could not be read since {since} ({why}).",
        "L'affichage est peut-être ancien : journaux illisibles depuis {since} ({why}).",
    ),
    "board.written": (
        "A picture of {at}: this page does not follow what happens.",
        "État du {at} : cette page ne suit pas les événements.",
    ),
    "board.there": ("Machines", "Machines"),
    "board.live": ("Machines as they are now.", "Machines : leur état actuel."),
    "board.not_live": ("Machines are not shown live now.", "L'état actuel des machines n'est pas connu."),
    "board.not_known": (
        "Not known since {since}: how the machines are.",
        "État des machines inconnu depuis {since}.",
    ),
    "board.server.asking": ("{host}: asked for its machines", "{host} : demande de ses machines"),
    "board.server.watching": (
        "{host}: machines live since {since}; addresses as VMware Tools tell them",
        "{host} : machines suivies en direct depuis {since} ; adresses selon VMware Tools",
    ),
    "board.server.seen": (
        "{host}: machines as they were then; addresses as VMware Tools tell them",
        "{host} : machines dans l'état d'alors ; adresses selon VMware Tools",
    ),
    "board.server.lost": (
        "{host}: not reached since {since}, tried again: {why}",
        "{host} : injoignable depuis {since}, nouvel essai en cours : {why}",
    ),
    "board.server.ended": (
        "{host}: machines not watched any more since {since}: {why}",
        "{host} : machines non suivies depuis {since} : {why}",
    ),
    "board.server.unasked": (
        "{host}: machines are not watched: {why}",
        "{host} : machines non suivies : {why}",
    ),
    "error.board.not_asked": (
        "`--no-watch` was said",
        "`--no-watch` a été demandé",
    ),
    "error.board.not_asked.fix": ("start the board without it", "relancez le tableau sans cette option"),
    "error.board.no_api": (
        "its API is not asked (`api: none`), and over SSH nothing tells of news",
        "son API n'est pas interrogée (`api: none`), et rien ne prévient d'un changement par SSH",
    ),
    "error.board.no_api.fix": (
        "`esxlab status` looks once, over SSH",
        "`esxlab status` consulte une fois, par SSH",
    ),
    "board.mend": ("what mends it", "ce qui répare"),
    "board.checks": ("Checks", "Questions"),
    "board.events": ("Events", "Événements"),
    "board.drill": ("Drill {drill}: who answers the client", "Panne {drill} : qui répond au client"),
    "board.outage": ("nobody answered for {seconds} s", "personne n'a répondu pendant {seconds} s"),
    "board.some_lost": (
        "{who}; some requests: {why}",
        "{who} ; certaines requêtes : {why}",
    ),
    "board.back": ("all groups", "tous les groupes"),
    "board.lost": (
        "no connection to esxlab board: this may be old",
        "pas de connexion à esxlab board : l'affichage est peut-être ancien",
    ),
    "board.source": (
        "From this computer's journals: checks are as the last `esxlab verify` has found them.",
        "D'après les journaux de cet ordinateur : les questions ont le résultat du dernier `esxlab verify`.",
    ),
    "board.summary": ("{green}, {red}", "{green}, {red}"),
    "board.green.one": ("{count} group green", "{count} groupe conforme"),
    "board.green.many": ("{count} groups green", "{count} groupes conformes"),
    "board.red.one": ("{count} group needs you", "{count} groupe à réparer"),
    "board.red.many": ("{count} groups need you", "{count} groupes à réparer"),
    "error.board.not_installed": (
        "what serves the board is not installed",
        "ce qui sert le tableau n'est pas installé",
    ),
    "error.board.not_installed.fix": (
        "`pipx install 'esxlab[board]'`, or `--static DIRECTORY`, which needs no more",
        "`pipx install 'esxlab[board]'`, ou `--static DOSSIER`, qui n'en a pas besoin",
    ),
    "error.board.address": (
        "nothing can listen on this address and port",
        "impossible d'écouter sur cette adresse et ce port",
    ),
    "error.board.address.fix": (
        "`--port 0` takes a free one; `--listen` needs an address of this computer",
        "`--port 0` prend un port libre ; `--listen` demande une adresse de cet ordinateur",
    ),
}
