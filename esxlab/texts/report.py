"""Texts of the report of a day."""

TEXTS = {
    "command.report.long": (
        (
            "A day of the class, from the journals on this computer: when each group was green for the "
            "first time (`esxlab verify`), its last answer, what `esxlab board --check` saw meanwhile, the "
            "drills with the outage that was measured, failures, and the commands that ran.\n\n"
            "-o html and -o pdf write a file (--to). Students' names are in it only with --with-names, from "
            "the class list; journals have none."
        ),
        (
            "Résumer la journée de la classe, d'après les journaux de cet ordinateur : quand chaque groupe a "
            "été conforme pour la première fois (`esxlab verify`), sa dernière réponse, ce que "
            "`esxlab board --check` a vu entre-temps, les pannes provoquées avec la coupure mesurée, les "
            "échecs, et les commandes exécutées.\n\n"
            "-o html et -o pdf écrivent un fichier (--to). Les noms des étudiants n'y figurent qu'avec "
            "--with-names, d'après la liste de classe ; les journaux n'en contiennent aucun."
        ),
    ),
    "option.day": (
        "the day, today without it",
        "le jour, aujourd'hui par défaut",
    ),
    "option.with_names": (
        "with the students' names, from the class list",
        "avec les noms des étudiants, d'après la liste de classe",
    ),
    "option.report_to": (
        "the file of -o html and -o pdf",
        "le fichier de -o html et -o pdf",
    ),
    "error.usage.day": (
        "`{value}` is no day",
        "« {value} » n'est pas un jour",
    ),
    "error.usage.day.fix": (
        "write it as 2026-11-30",
        "écrivez-le ainsi : 2026-11-30",
    ),
    "report.title": (
        "Class {class_name}, {day}",
        "Classe {class_name}, {day}",
    ),
    "report.written": (
        "The report is in {path}.",
        "Le rapport est dans {path}.",
    ),
    "report.only_here": (
        "From the journals of this computer alone: what another one did is not in it.",
        "D'après les seuls journaux de cet ordinateur : ce qu'un autre a fait n'y figure pas.",
    ),
    "report.nothing": (
        "No journal of this computer tells of this class on this day.",
        "Aucun journal de cet ordinateur ne parle de cette classe ce jour-là.",
    ),
    "report.unread": (
        "journals that could not be read: {count}",
        "journaux illisibles : {count}",
    ),
    "report.green": (
        "Who was green when",
        "Qui était conforme, et quand",
    ),
    "report.observed": (
        "What the board saw",
        "Ce que le tableau a vu",
    ),
    "report.red_since": (
        "since {time}",
        "depuis {time}",
    ),
    "report.seen_by_board": (
        "The board asks its questions over and over: a bad answer of it is no failed run.",
        "Le tableau pose ses questions sans cesse : une mauvaise réponse n'y est pas une exécution en échec.",
    ),
    "report.drills": (
        "Drills",
        "Pannes provoquées",
    ),
    "report.failures": (
        "Failures",
        "Échecs",
    ),
    "report.runs": (
        "Commands",
        "Commandes",
    ),
    "report.interrupted": (
        "interrupted",
        "interrompue",
    ),
    "report.no_end": (
        "no end was written",
        "aucune fin n'a été écrite",
    ),
    "report.column.group": (
        "group",
        "groupe",
    ),
    "report.column.students": (
        "students",
        "étudiants",
    ),
    "report.column.first_green": (
        "first green",
        "conforme dès",
    ),
    "report.column.last_asked": (
        "last asked",
        "dernière vérification",
    ),
    "report.column.good": (
        "good",
        "conformes",
    ),
    "report.column.not_green": (
        "not green",
        "non conformes",
    ),
    "report.column.check": (
        "question",
        "question",
    ),
    "report.column.red": (
        "not green",
        "non conforme",
    ),
    "report.column.time": (
        "time",
        "heure",
    ),
    "report.column.drill": (
        "drill",
        "panne",
    ),
    "report.column.result": (
        "result",
        "résultat",
    ),
    "report.column.outage": (
        "outage",
        "coupure",
    ),
    "report.column.command": (
        "command",
        "commande",
    ),
    "report.column.step": (
        "step",
        "étape",
    ),
    "report.column.error": (
        "error",
        "erreur",
    ),
    "report.column.groups": (
        "groups",
        "groupes",
    ),
    "report.column.failed": (
        "failed",
        "en échec",
    ),
    "report.column.end": (
        "end",
        "fin",
    ),
}
