"""The questions that `verify` asks, and what it says it saw."""

TEXTS = {
    "check.machines": (
        "are all machines on, on their own networks?",
        "toutes les machines sont-elles allumées, sur leurs réseaux ?",
    ),
    "check.waits": (
        "waits for {machine} to answer, {seconds} s at most",
        "attend que {machine} réponde, {seconds} s au plus",
    ),
    "check.ping": ("does {client} reach {targets}?", "{client} joint-il {targets} ?"),
    "check.isolation": (
        "are the servers cut off from the school's network ({gateway})?",
        "les serveurs sont-ils coupés du réseau de l'établissement ({gateway}) ?",
    ),
    "check.router": (
        "are the router's interfaces up, and its NAT table as wanted?",
        "les interfaces du routeur sont-elles actives, et sa table NAT conforme ?",
    ),
    "seen.missing": ("{machine} is missing", "{machine} est absente"),
    "seen.off": ("{machine} is off", "{machine} est éteinte"),
    "seen.suspended": ("{machine} is suspended", "{machine} est suspendue"),
    "seen.elsewhere": ("{machine} is on another network", "{machine} est sur un autre réseau"),
    "seen.all_on": ("{count} machines on", "machines allumées : {count}"),
    "seen.no_answer": ("{name} ({address}) does not answer", "{name} ({address}) ne répond pas"),
    "seen.all_answer": ("{count} addresses answer", "adresses qui répondent : {count}"),
    "seen.reaches": ("{name} reaches {address}", "{name} joint {address}"),
    "seen.isolated": ("{count} machines cut off", "machines isolées : {count}"),
    "seen.interface_down": ("{interface} is not up/up", "{interface} n'est pas dans l'état up/up"),
    "seen.no_static": ("no translation for {outside}", "pas de traduction pour {outside}"),
    "seen.nobody": ("nobody", "personne"),
    "seen.running": ("{service} runs on {machine}", "{service} tourne sur {machine}"),
    "seen.not_running": ("{service} does not run on {machine}", "{service} ne tourne pas sur {machine}"),
    "error.check.no_program": (
        "{program} is not installed on this machine, so that the question could not be asked",
        "{program} n'est pas installé sur cette machine : la question n'a pas pu être posée",
    ),
    "error.check.no_program.fix": (
        (
            "install it in the model (ping is in Debian's package iputils-ping), or on this machine's "
            "console while it still reaches a mirror; then run the same command again"
        ),
        (
            "installez-le dans le modèle (ping est dans le paquet Debian iputils-ping), ou depuis la console "
            "de cette machine tant qu'elle joint un miroir ; puis relancez la même commande"
        ),
    ),
    "error.check.no_answer": (
        "`{command}` could not do what it was asked (exit status {status})",
        "`{command}` n'a pas pu faire ce qui était demandé (code de sortie {status})",
    ),
    "error.check.no_answer.fix": (
        "this says nothing about the lab: try the command on the machine's console, and mend what it says",
        (
            "cela ne dit rien du TP : essayez la commande sur la console de la machine, et corrigez ce "
            "qu'elle indique"
        ),
    ),
}
