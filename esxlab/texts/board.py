"""The board."""

TEXTS = {
    "command.board.long": (
        (
            "Show the class on a live page: a row for each group with its last run, what verify has found, "
            "since when, and the command that mends it.\n\n"
            "It follows the journals that provision, verify, drill and teardown write on this computer, "
            "also while they run in another terminal. No server, machine or router is asked anything. "
            "Without --listen only this computer reaches it. With --listen the pages have addresses that "
            "cannot be guessed: one for the teacher, one for each group, which shows that group alone. They "
            "are new at every start. No student's name is on it. Ctrl-C ends it."
        ),
        (
            "Afficher la classe sur une page qui suit les événements : une ligne par groupe avec sa dernière "
            "exécution, ce que verify a constaté, depuis quand, et la commande qui répare.\n\n"
            "Elle suit les journaux que provision, verify, drill et teardown écrivent sur cet ordinateur, "
            "même pendant qu'ils s'exécutent dans un autre terminal. Aucun serveur, aucune machine, aucun "
            "routeur n'est interrogé. Sans --listen, seul cet ordinateur y accède. Avec --listen, les pages "
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
    "metavar.address": ("ADDRESS", "ADRESSE"),
    "metavar.port": ("PORT", "PORT"),
    "board.teacher": ("teacher", "enseignant"),
    "board.until": ("Ctrl-C ends it", "Ctrl-C y met fin"),
    "board.grid": ("groups and checks", "groupes et questions"),
    "board.run": ("last run", "dernière exécution"),
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
