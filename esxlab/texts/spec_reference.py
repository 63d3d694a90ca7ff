"""The spec's reference: its own words, and the French of the sentences that the schema has in English."""

TEXTS = {
    "command.spec.long": (
        (
            "Show what a key of a spec means, what it may be, and what it is when nothing is said.\n\n"
            "KEY is dotted, as in messages: `vsphere.datastore`, `machines.srvweb1.inside`; a section such "
            "as `cluster` shows all of its keys, no key the sections. All of it: docs/spec.md."
        ),
        (
            "Montrer ce que signifie une clé d'une spec, ce qu'elle peut valoir, et ce qu'elle vaut si rien "
            "n'est dit.\n\n"
            "CLÉ s'écrit avec des points, comme dans les messages : `vsphere.datastore`, "
            "`machines.srvweb1.inside` ; une section comme `cluster` montre toutes ses clés, sans clé on "
            "voit les sections. Le tout : docs/fr/spec.md."
        ),
    ),
    "error.usage.no_key": ("a spec has no key `{name}`", "une spec n'a pas de clé « {name} »"),
    "error.usage.no_key.fix": ("{known}", "{known}"),
    "spec_reference.or": (", or ", ", ou "),
    "spec_reference.range": ("a whole number, {low} to {high}", "un nombre entier, de {low} à {high}"),
    "spec_reference.groups": ("groups: 7, 1-5, 1-3,7", "des groupes : 7, 1-5, 1-3,7"),
    "spec_reference.nothing": ("nothing", "rien"),
    "spec_reference.must": ("to be said", "à préciser"),
    "spec_reference.title": ("The keys of a spec", "Les clés d'une spec"),
    "spec_reference.intro": (
        (
            "A spec is YAML. What it does not say has the exercise's value. Any value may be an expression "
            'of the group\'s number, in quotes: `"{{{{ 100 + group }}}}"`. Text is compared to the letter '
            "with what exists in vSphere. Passwords have no key: see the operator's guide. `esxlab spec "
            "KEY` shows one entry in a terminal."
        ),
        (
            "Une spec est en YAML. Ce qu'elle ne dit pas a la valeur du sujet. Toute valeur peut être une "
            'expression du numéro du groupe, entre guillemets droits : `"{{{{ 100 + group }}}}"`. Les '
            "textes sont comparés à la lettre près avec ce qui existe dans vSphere. Les mots de passe n'ont "
            "pas de clé : voir le guide de l'exploitant. `esxlab spec CLÉ` montre une entrée dans un "
            "terminal."
        ),
    ),
    "spec_reference.head": (
        "| key | what it is | value | default |",
        "| clé | ce que c'est | valeur | défaut |",
    ),
    "spec_reference.value": ("value: {value}", "valeur : {value}"),
    "spec_reference.default": ("default: {default}", "défaut : {default}"),
    "spec_reference.example": ("example:", "exemple :"),
}
FRENCH = {
    "name of the class": "nom de la classe",
    "the groups of the class, 1 to 999": "les groupes de la classe, de 1 à 999",
    "the servers, beside the exercise's own; none: the group has it not": (
        "les serveurs, en plus de ceux du sujet ; none : le groupe n'a pas celui-ci"
    ),
    "the exercise of the groups": "le sujet des groupes",
    "anything, for one group or a range of groups": (
        "n'importe quelle clé, pour un groupe ou une plage de groupes"
    ),
    "the class list, which stays on this computer: a CSV, XLSX or ODS file": (
        "la liste de classe, qui reste sur cet ordinateur : un fichier CSV, XLSX ou ODS"
    ),
    "directory of the teacher's own seeds": "dossier des gabarits de l'enseignant",
    "A station.": "Un poste.",
    "host name inside the guest": "nom d'hôte dans le système invité",
    "address when it sits inside": "adresse quand il est à l'intérieur",
    "address when it sits outside": "adresse quand il est à l'extérieur",
    "where it differs from `hardware`": "ce qui diffère de `hardware`",
    "The two stations.": "Les deux postes.",
    "outside the router": "à l'extérieur du routeur",
    "inside or outside, as the exercise has it": "à l'intérieur ou à l'extérieur, selon le sujet",
    "The way into the guests.": "L'accès aux systèmes invités.",
    "root; no other login will do": "root ; aucun autre compte ne convient",
    "model: the model's own, ESXLAB_GUEST_PASSWORD; generated: one for each group": (
        "model : celui du modèle, ESXLAB_GUEST_PASSWORD ; generated : un par groupe"
    ),
    "path of the SSH key that this login takes, or agent; empty: a password": (
        "chemin de la clé SSH acceptée pour cet identifiant, ou agent ; vide : un mot de passe"
    ),
    "path of the SSH key that the model's root takes, or agent; empty: its password": (
        "chemin de la clé SSH que root accepte dans le modèle, ou agent ; vide : son mot de passe"
    ),
    "the model's SSH host key, SHA256:...; none: it has none; empty: the first copy's counts": (
        "clé d'hôte SSH du modèle, SHA256:... ; none : il n'en a pas ; vide : celle de la première copie"
    ),
    "What `esxlab model build` makes the model of; packages come from `guest.mirror`, or from the ISO.": (
        "Ce dont `esxlab model build` fait le modèle ; les paquets viennent de `guest.mirror`, ou de l'ISO."
    ),
    "Debian's installer, netinst or DVD: path of the ISO; empty: none": (
        "installateur de Debian, netinst ou DVD : chemin de l'ISO ; vide : aucun"
    ),
    "SHA-256 of the ISO, as SHA256SUMS beside it has it": (
        "SHA-256 de l'ISO, tel que le donne SHA256SUMS à côté d'elle"
    ),
    "Debian's release on the ISO": "version de Debian sur l'ISO",
    "language of the installed system": "langue du système installé",
    "keyboard of its console": "clavier de sa console",
    "its time zone": "son fuseau horaire",
    "package mirror; empty: what the model has": "miroir de paquets ; vide : celui du modèle",
    "Virtual hardware, in vSphere's own terms.": "Matériel virtuel, dans les termes de vSphere.",
    "VirtualMachineGuestOsIdentifier": "VirtualMachineGuestOsIdentifier",
    "virtual CPUs": "processeurs virtuels",
    "memory in MiB": "mémoire en Mio",
    "disk in GiB": "disque en Gio",
    "network card type": "type de carte réseau",
    "disk controller type": "type de contrôleur de disque",
    "A server of the exercise: a web server or the balancer.": (
        "Un serveur du sujet : serveur web ou répartiteur."
    ),
    "what the machine is for": "le rôle de la machine",
    "address on the inside network": "adresse sur le réseau intérieur",
    "address on the outside network (balancer)": "adresse sur le réseau extérieur (répartiteur)",
    "Names in vSphere, as expressions of `group` and `machine`; unset: chosen by esxlab.": (
        "Noms dans vSphere, en expressions de `group` et `machine` ; sinon choisis par esxlab."
    ),
    "inventory name: g{{ '%02d' % group }}-{{ machine }}": (
        "nom dans l'inventaire : g{{ '%02d' % group }}-{{ machine }}"
    ),
    "datastore folder, the same way": "dossier de la banque de données, de même",
    "The group's router, or its share of one.": "Le routeur du groupe, ou sa part d'un routeur.",
    "address of the router, or a serial line": "adresse du routeur, ou une ligne série",
    "way in": "moyen d'accès",
    "TCP port of the way in": "port TCP de cet accès",
    "login; passwords come from ESXLAB_ROUTER_PASSWORD and _SECRET": (
        "compte ; les mots de passe viennent de ESXLAB_ROUTER_PASSWORD et _SECRET"
    ),
    "processor board ID, to refuse another router": "« processor board ID », pour refuser un autre routeur",
    "outside interface": "interface extérieure",
    "its address": "son adresse",
    "outside TCP port that leads to the cluster's port 80": (
        "port TCP extérieur qui mène au port 80 du cluster"
    ),
    "inside interface, or a subinterface of a shared router": (
        "interface intérieure, ou sous-interface d'un routeur partagé"
    ),
    "The school's network, on which machines are prepared.": (
        "Le réseau de l'établissement, sur lequel les machines sont configurées."
    ),
    "the school's network": "le réseau de l'établissement",
    "its gateway": "sa passerelle",
    "its name server": "son serveur de noms",
    "true: the school that esxlab brings along; nothing real is touched": (
        "true : l'établissement simulé d'esxlab ; rien de réel n'est touché"
    ),
    "One of the group's two isolated networks.": "Un des deux réseaux isolés du groupe.",
    "network with its prefix length: 172.16.0.0/16": "réseau avec la longueur de son préfixe : 172.16.0.0/16",
    "name of the port group in vSphere": "nom du groupe de ports dans vSphere",
    "VLAN of the port group, 1 to 4094; of an existing one only if said": (
        "VLAN du groupe de ports, de 1 à 4094 ; d'un groupe existant seulement s'il est indiqué"
    ),
    "true: an administrator has made the port group; esxlab only uses it": (
        "true : un administrateur a créé le groupe de ports ; esxlab ne fait que l'utiliser"
    ),
    "which of two existing port groups with one name": "lequel de deux groupes existants du même nom",
    "which of two port groups with the name of `staging`": (
        "lequel de deux groupes de ports du nom de `staging`"
    ),
    "Where the group's machines live. Names are of what exists, letter by letter; `/` may be %2f.": (
        "Où vivent les machines du groupe. Les noms sont ceux de ce qui existe, à la lettre près ; `/` peut "
        "être %2f."
    ),
    "vCenter or lone ESXi: DNS name or address": "vCenter ou ESXi seul : nom DNS ou adresse",
    "vSphere user; the password comes from ESXLAB_VSPHERE_PASSWORD": (
        "compte vSphere ; le mot de passe vient de ESXLAB_VSPHERE_PASSWORD"
    ),
    "HTTPS port": "port HTTPS",
    "SHA-256 of the server's certificate, to pin it": "SHA-256 du certificat du serveur, pour l'épingler",
    "datacenter; empty: the only one": "centre de données ; vide : le seul qui existe",
    "ESXi host inside a vCenter; empty: the only one": "hôte ESXi d'un vCenter ; vide : le seul qui existe",
    "datastore of the group's machines": "banque de données des machines du groupe",
    "golden machine whose disk is copied": "machine modèle dont le disque est copié",
    "port group of the school's network": "groupe de ports du réseau de l'établissement",
    "standard vSwitch that gets the group's port groups": (
        "vSwitch standard qui reçoit les groupes de ports du groupe"
    ),
    "copy works everywhere; the rest: vCenter": "copy marche partout ; les autres : vCenter",
    "how the server is changed; auto: by its API, or over SSH where the licence shuts that": (
        "comment le serveur est modifié ; auto : par son API, ou en SSH là où la licence la ferme"
    ),
    "none: the host's API cannot be reached; everything, looking too, goes over SSH": (
        "none : l'API de l'hôte est hors d'atteinte ; tout, l'observation aussi, passe en SSH"
    ),
    "SSH key for that: a file, or agent; empty: the password": (
        "clé SSH pour cela : un fichier, ou agent ; vide : le mot de passe"
    ),
    "one server per range of groups, instead of `host`": "un serveur par plage de groupes, au lieu de `host`",
}
"""English, as the schema has it -> French; a test finds what is missing, and what is no longer said."""
