"""What the exercise says, in English and French."""

TEXTS = {
    "check.dns-primary": (
        "does {client} get {name} from the primary, {server}?",
        "{client} obtient-il {name} du serveur primaire, {server} ?",
    ),
    "check.dns-secondary": (
        "does {client} get {name} from the secondary, {server}?",
        "{client} obtient-il {name} du serveur secondaire, {server} ?",
    ),
    "seen.no_record": ("no address from {server}", "pas d'adresse de la part de {server}"),
    "drill.primary": (
        "named is stopped on the primary; the secondary still answers",
        "named est arrêté sur le serveur primaire ; le secondaire répond encore",
    ),
    "drill.seen.primary": (
        "primary: {gone}; secondary: {still}; started again, the primary: {back}",
        "primaire : {gone} ; secondaire : {still} ; redémarré, le primaire : {back}",
    ),
}
FRENCH = {
    "A zone with one name in it.": "Une zone qui contient un nom.",
    "name of the zone": "nom de la zone",
    "a host in it": "un hôte de cette zone",
    "the host's address": "l'adresse de cet hôte",
}
