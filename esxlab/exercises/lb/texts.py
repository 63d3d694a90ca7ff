"""What part 2 says: its questions, drills and errors."""

from esxlab.exercises.family import texts as family

TEXTS = {
    **family.TEXTS,
    "check.balancer-table": (
        "does the balancer forward, with the wanted IPVS table?",
        "le répartiteur transmet-il les paquets, avec la table IPVS voulue ?",
    ),
    "check.heartbeat-off": (
        "is Heartbeat stopped and apache2 running on both servers?",
        "Heartbeat est-il arrêté et apache2 actif sur les deux serveurs ?",
    ),
    "check.page-virtual": (
        "does {client} read a server's page at the virtual address {address}:{port}?",
        "{client} lit-il la page d'un serveur sur l'adresse virtuelle {address}:{port} ?",
    ),
    "check.page-virtual-b": (
        "does {client} read a server's page at the virtual address {address}:{port}?",
        "{client} lit-il la page d'un serveur sur l'adresse virtuelle {address}:{port} ?",
    ),
    "check.spread": (
        "are {requests} requests shared out as {scheduler} says?",
        "{requests} requêtes sont-elles réparties comme le veut {scheduler} ?",
    ),
    "drill.server": (
        "apache2 of {server} is stopped; what share of the requests fails, until it leaves the table",
        "apache2 de {server} est arrêté ; part des requêtes qui échouent, avant et après son retrait",
    ),
    "drill.schedulers": (
        "what rr, wrr, lc, wlc and weights do to {requests} requests",
        "répartition de {requests} requêtes par rr, wrr, lc, wlc et leurs poids",
    ),
    "drill.seen.server": (
        "{share} of the requests failed; {after} once it was taken out by hand",
        "{share} des requêtes ont échoué ; {after} une fois le serveur retiré à la main",
    ),
    "error.scenario.dr_needs_router": (
        "direct routing (method dr) needs a router: the servers' replies leave by it",
        "le routage direct (method dr) a besoin d'un routeur : les réponses des serveurs passent par lui",
    ),
    "error.scenario.dr_needs_router.fix": (
        "give the group a router, or choose `method: nat`",
        "donnez un routeur au groupe, ou choisissez `method: nat`",
    ),
    "error.spec.E318": (
        "every web server has weight 0: the balancer would send requests to nobody",
        "tous les serveurs web ont le poids 0 : le répartiteur n'enverrait de requêtes à personne",
    ),
    "error.spec.E318.fix": (
        "give at least one of them a weight of 1 or more",
        "donnez à l'un d'eux au moins un poids de 1 ou plus",
    ),
    "error.spec.W603": (
        "the scheduler {scheduler} ignores weights",
        "l'ordonnanceur {scheduler} ignore les poids",
    ),
    "error.spec.W603.fix": (
        "use wrr or wlc, or leave the weights out",
        "prenez wrr ou wlc, ou retirez les poids",
    ),
    "phase.well": ("all well", "tout va bien"),
    "phase.hurt": ("apache2 of {server} stopped", "apache2 de {server} arrêté"),
    "phase.taken_out": ("{server} taken out of the table", "{server} retiré de la table"),
    "phase.again": ("as before", "comme avant"),
    "seen.apache_alone": ("apache2 runs, Heartbeat does not", "apache2 tourne, Heartbeat non"),
    "seen.rules": ("{count} rules", "règles : {count}"),
    "step.restore-table": ("table as in the spec: {label}", "table comme dans la spec : {label}"),
    "step.set-table": ("table: {label}", "table : {label}"),
    "step.take-out": ("{subject}: ipvsadm -d", "{subject} : ipvsadm -d"),
}
FRENCH = {
    "IPVS, part 2.": "IPVS, partie 2.",
    "virtual address": "adresse virtuelle",
    "virtual port": "port virtuel",
    "ipvsadm -s": "ipvsadm -s",
    "nat: ipvsadm -m; dr: ipvsadm -g": "nat : ipvsadm -m ; dr : ipvsadm -g",
    "machine: weight; 1 where nothing is said": "machine: poids ; 1 si rien n'est dit",
}
"""Of the descriptions in its part of the spec."""
