"""Texts of the spec's problems. Codes: E1 file and shape, E2 values, E3 one lab, E4 between groups, E5 secrets."""

TEXTS = {
    "error.spec.invalid": (
        "the spec cannot be used",
        "la spec est inutilisable",
    ),
    "error.spec.invalid.fix": (
        "mend the places named above",
        "corrigez les endroits indiqués ci-dessus",
    ),
    "error.spec.groups": (
        "`{text}` is not a range of groups",
        "« {text} » n'est pas une plage de groupes",
    ),
    "error.spec.groups.fix": (
        "write numbers from 1 to 999 such as 7, 1-5 or 1-3,7, the smaller one first",
        "écrivez des numéros de 1 à 999, par exemple 7, 1-5 ou 1-3,7, le plus petit d'abord",
    ),
    "error.spec.not_found": (
        "there is no class spec ({names}) in {start} or above it",
        "aucune spec de classe ({names}) dans {start} ni au-dessus",
    ),
    "error.spec.not_found.fix": (
        "name one with -f, or set ESXLAB_FILE; `esxlab init` writes a first one",
        "indiquez-en une avec -f, ou définissez ESXLAB_FILE ; `esxlab init` en écrit une première",
    ),
    "error.spec.no_group": (
        "the class has no group {number}",
        "la classe n'a pas de groupe {number}",
    ),
    "error.spec.no_group.fix": (
        "its groups are {known}; add it to `groups:` if it is new",
        "ses groupes sont {known} ; ajoutez-le à `groups:` s'il est nouveau",
    ),
    "error.spec.no_scenario": (
        "there is no scenario `{name}`",
        "il n'y a pas de scénario « {name} »",
    ),
    "error.spec.no_scenario.fix": (
        "choose one of {known}",
        "choisissez parmi {known}",
    ),
    "spec.in_groups": (" (group {groups})", " (groupe {groups})"),
    "spec.total.one": (
        "1 problem in the spec; nothing was done.",
        "1 problème dans la spec ; rien n'a été fait.",
    ),
    "spec.total.many": (
        "{count} problems in the spec; nothing was done.",
        "{count} problèmes dans la spec ; rien n'a été fait.",
    ),
    "spec.did_you_mean": ("did you mean `{name}`?", "vouliez-vous dire « {name} » ?"),
    "spec.one_of": ("what may stand here: {names}", "ce qui peut figurer ici : {names}"),
    "spec.at_least": ("at least {limit}", "au moins {limit}"),
    "spec.at_most": ("at most {limit}", "au plus {limit}"),
    "spec.kind.text": ("text", "un texte"),
    "spec.kind.whole": ("a whole number", "un nombre entier"),
    "spec.kind.truth": ("true or false", "true ou false"),
    "spec.kind.list": ("a list, as in [a, b]", "une liste, comme [a, b]"),
    "spec.kind.table": ("keys with values below it", "des clés avec leurs valeurs en dessous"),
    "spec.from_environment": (
        "set the environment variable {variable}, or let esxlab ask for it",
        "définissez la variable d'environnement {variable}, ou laissez esxlab la demander",
    ),
    "spec.made_by_esxlab": (
        "esxlab makes a random key for each group (of a phrase in authkeys only the first word would count)",
        "esxlab crée une clé aléatoire par groupe (d'une phrase dans authkeys, seul le premier mot compterait)",
    ),
    "spec.yaml.tab": (
        "indent with blanks, never with tabs",
        "indentez avec des espaces, jamais de tabulation",
    ),
    "spec.yaml.alias": (
        "an alias (*name) needs its anchor (&name) above it; quote a value that begins with *",
        "un alias (*nom) a besoin de son ancre (&nom) plus haut ; mettez entre guillemets une valeur qui commence par *",
    ),
    "spec.yaml.quote": ("close the quote", "fermez le guillemet"),
    "spec.yaml.documents": (
        "keep one document in the file: remove the second ---",
        "gardez un seul document dans le fichier : retirez le second ---",
    ),
    "spec.yaml.bracket": (
        "close the bracket or brace that was opened before, and put commas between its entries",
        "fermez le crochet ou l'accolade ouverts avant, et séparez les entrées par des virgules",
    ),
    "spec.yaml.colon": (
        "write `key: value`, with a blank after the colon; quote a value that holds `: `",
        "écrivez `clé: valeur`, avec une espace après les deux-points ; guillemets autour d'une valeur qui contient `: `",
    ),
    "spec.yaml.indent": (
        "line this up with its neighbours: keys of one table begin in the same column",
        "alignez ceci avec ses voisins : les clés d'une même table commencent dans la même colonne",
    ),
    "spec.yaml.quote_needed": (
        "put the value between quotes",
        "mettez la valeur entre guillemets",
    ),
    "spec.yaml.other": (
        "compare this line with a shipped spec",
        "comparez cette ligne avec une spec livrée",
    ),
    "spec.allowed.class": ("small letters, digits and -", "minuscules, chiffres et -"),
    "spec.allowed.host": (
        "a DNS name or an IPv4 address",
        "un nom DNS ou une adresse IPv4",
    ),
    "spec.allowed.router_host": (
        "a DNS name, an IPv4 address, or a serial line such as /dev/ttyUSB0 or COM3",
        "un nom DNS, une adresse IPv4, ou une ligne série comme /dev/ttyUSB0 ou COM3",
    ),
    "spec.allowed.login": (
        "a login such as prof, prof@vsphere.local or SCHOOL\\prof",
        "un identifiant comme prof, prof@vsphere.local ou LYCEE\\prof",
    ),
    "spec.allowed.guest_login": (
        "a Debian login: small letters, digits, - and _",
        "un identifiant Debian : minuscules, chiffres, - et _",
    ),
    "spec.allowed.name": (
        "letters without accents, digits, blanks inside, and . _ - + ( )",
        "lettres sans accent, chiffres, espaces à l'intérieur, et . _ - + ( )",
    ),
    "spec.allowed.optional_name": (
        "nothing, or letters without accents, digits, blanks inside, and . _ - + ( )",
        "rien, ou lettres sans accent, chiffres, espaces à l'intérieur, et . _ - + ( )",
    ),
    "spec.allowed.path_name": (
        "letters without accents, digits, and . _ - (no blank, no /), a letter or digit first",
        "lettres sans accent, chiffres, et . _ - (ni espace ni /), une lettre ou un chiffre d'abord",
    ),
    "spec.allowed.machine": (
        "letters without accents, digits and -, a letter first",
        "lettres sans accent, chiffres et -, une lettre d'abord",
    ),
    "spec.allowed.hostname": (
        "letters without accents, digits and - (RFC 1123), 63 at most",
        "lettres sans accent, chiffres et - (RFC 1123), 63 au plus",
    ),
    "spec.allowed.thumbprint": (
        "a SHA-256 thumbprint: 64 hexadecimal digits, with or without colons",
        "une empreinte SHA-256 : 64 chiffres hexadécimaux, avec ou sans deux-points",
    ),
    "spec.allowed.guest_id": (
        "a VMware guest identifier such as debian9Guest",
        "un identifiant d'invité VMware comme debian9Guest",
    ),
    "spec.allowed.service": (
        "the name of a Debian service such as apache2",
        "le nom d'un service Debian comme apache2",
    ),
    "spec.allowed.serial_number": (
        "capital letters and digits, as `show version` has them",
        "majuscules et chiffres, comme dans `show version`",
    ),
    "spec.allowed.mirror": (
        "an address such as http://deb.lycee.example/debian, without a login",
        "une adresse comme http://deb.lycee.example/debian, sans identifiant",
    ),
    "spec.allowed.directory": (
        "a directory's path without quotes, $ ? * | < > ; & or braces",
        "un chemin de dossier sans guillemets ni $ ? * | < > ; & ou accolades",
    ),
    "error.spec.E101": ("there is no such file", "ce fichier n'existe pas"),
    "error.spec.E101.fix": (
        "check the name, or run `esxlab init` to write a first spec",
        "vérifiez le nom, ou lancez `esxlab init` pour écrire une première spec",
    ),
    "error.spec.E102": ("this is not YAML", "ceci n'est pas du YAML"),
    "error.spec.E102.fix": ("{hint}", "{hint}"),
    "error.spec.E103": (
        "the key `{name}` stands twice (first on line {first})",
        "la clé « {name} » figure deux fois (d'abord à la ligne {first})",
    ),
    "error.spec.E103.fix": ("keep one of the two", "gardez-en une seule"),
    "error.spec.E104": ("the spec holds no keys", "la spec ne contient aucune clé"),
    "error.spec.E104.fix": (
        "begin with `class:`, `groups:` and `vsphere:`, as the shipped specs do",
        "commencez par `class:`, `groups:` et `vsphere:`, comme les specs livrées",
    ),
    "error.spec.E105": ("unknown key `{name}`", "clé inconnue « {name} »"),
    "error.spec.E105.fix": ("{hint}", "{hint}"),
    "error.spec.E106": ("`{key}` is missing", "« {key} » manque"),
    "error.spec.E106.fix": ("{advice}", "{advice}"),
    "spec.add_top": (
        "add a line `{name}: ...`; the exercise has no value for it",
        "ajoutez une ligne `{name}: ...` ; l'exercice n'a pas de valeur pour elle",
    ),
    "spec.add_below": (
        "add `{name}: ...` below `{parent}:`; the exercise has no value for it",
        "ajoutez `{name}: ...` sous `{parent}:` ; l'exercice n'a pas de valeur pour elle",
    ),
    "spec.add_router": (
        'add `host: "10.0.0.{{{{ group }}}}"` below `router:`, or write `router: none` when there is none',
        "ajoutez `host: \"10.0.0.{{{{ group }}}}\"` sous `router:`, ou écrivez `router: none` s'il n'y en a pas",
    ),
    "error.spec.E107": (
        "`{key}` cannot be `{value}`",
        "« {key} » ne peut pas valoir « {value} »",
    ),
    "error.spec.E107.fix": ("give {kind}", "donnez {kind}"),
    "error.spec.E108": (
        "a character that does not belong in a text file",
        "un caractère qui n'a pas sa place dans un fichier texte",
    ),
    "error.spec.E108.fix": (
        "delete it, and save the file as UTF-8",
        "supprimez-le, et enregistrez le fichier en UTF-8",
    ),
    "error.spec.E109": (
        "the spec is too large, or nested without end (limit {limit})",
        "la spec est trop grande, ou imbriquée sans fin (limite {limit})",
    ),
    "error.spec.E109.fix": (
        "remove anchors that contain themselves; a class spec has some dozens of lines",
        "retirez les ancres qui se contiennent elles-mêmes ; une spec de classe a quelques dizaines de lignes",
    ),
    "error.spec.E110": (
        "braces or brackets stand where a key is expected",
        "des accolades ou crochets se trouvent à la place d'une clé",
    ),
    "error.spec.E110.fix": (
        'put expressions between quotes: "{{{{ 100 + group }}}}"',
        'mettez les expressions entre guillemets : "{{{{ 100 + group }}}}"',
    ),
    "error.spec.E111": (
        "the tag `{tag}` means nothing in a spec",
        "l'étiquette « {tag} » ne veut rien dire dans une spec",
    ),
    "error.spec.E111.fix": (
        "remove the `!`, or quote the value",
        "retirez le « ! », ou mettez la valeur entre guillemets",
    ),
    "error.spec.E112": ("the file cannot be read: {reason}", "le fichier est illisible : {reason}"),
    "error.spec.E112.fix": (
        "name a file that you may read",
        "indiquez un fichier que vous avez le droit de lire",
    ),
    "error.spec.E201": (
        "`{key}` cannot be `{value}`",
        "« {key} » ne peut pas valoir « {value} »",
    ),
    "error.spec.E201.fix": ("allowed: {allowed}", "permis : {allowed}"),
    "error.spec.E202": (
        "`{key}` has no choice `{value}`",
        "« {key} » n'a pas de choix « {value} »",
    ),
    "error.spec.E202.fix": ("{hint}", "{hint}"),
    "error.spec.E203": ("`{key}` cannot be {value}", "« {key} » ne peut pas valoir {value}"),
    "error.spec.E203.fix": ("give {bound}", "donnez {bound}"),
    "error.spec.E204": (
        "`{key}`: `{value}` is not an IPv4 address",
        "« {key} » : « {value} » n'est pas une adresse IPv4",
    ),
    "error.spec.E204.fix": (
        "write four numbers from 0 to 255: 172.16.193.10",
        "écrivez quatre nombres de 0 à 255 : 172.16.193.10",
    ),
    "error.spec.E205": (
        "`{key}`: `{value}` is not a network for a lab",
        "« {key} » : « {value} » n'est pas un réseau de TP",
    ),
    "error.spec.E205.fix": (
        "write a unicast IPv4 network with a prefix from /8 to /29: 172.16.0.0/16",
        "écrivez un réseau IPv4 unicast avec un préfixe de /8 à /29 : 172.16.0.0/16",
    ),
    "error.spec.E206": (
        "`{key}`: `{value}` is a host's address with a prefix, not a network",
        "« {key} » : « {value} » est l'adresse d'un hôte avec un préfixe, pas un réseau",
    ),
    "error.spec.E206.fix": ("did you mean `{network}`?", "vouliez-vous dire « {network} » ?"),
    "error.spec.E207": (
        "`{key}`: `{value}` is not a router interface",
        "« {key} » : « {value} » n'est pas une interface de routeur",
    ),
    "error.spec.E207.fix": (
        "write it as `show ip interface brief` does: FastEthernet0/0, GigabitEthernet0/1.107",
        "écrivez-la comme `show ip interface brief` : FastEthernet0/0, GigabitEthernet0/1.107",
    ),
    "error.spec.E208": ("`{value}` cannot name a class", "« {value} » ne peut pas nommer une classe"),
    "error.spec.E208.fix": (
        "use 1 to 30 small letters, digits and -: sio2-2026 (it goes into the names of folders)",
        "utilisez 1 à 30 minuscules, chiffres et - : sio2-2026 (il entre dans des noms de dossiers)",
    ),
    "error.spec.E209": ("`{text}` is not a range of groups", "« {text} » n'est pas une plage de groupes"),
    "error.spec.E209.fix": (
        "write numbers from 1 to 999 such as 7, 1-5 or 1-3,7, the smaller one first",
        "écrivez des numéros de 1 à 999, par exemple 7, 1-5 ou 1-3,7, le plus petit d'abord",
    ),
    "error.spec.E210": (
        "the expression in `{key}` cannot be computed: {text}",
        "l'expression de « {key} » ne peut pas être calculée : {text}",
    ),
    "error.spec.E210.fix": (
        "arithmetic only, as in {{{{ 100 + group }}}} or {{{{ '%02d' % group }}}}",
        "de l'arithmétique seulement, comme {{{{ 100 + group }}}} ou {{{{ '%02d' % group }}}}",
    ),
    "error.spec.E211": (
        "the expression in `{key}` names `{name}`, which is not known here",
        "l'expression de « {key} » nomme « {name} », inconnu ici",
    ),
    "error.spec.E211.fix": ("known here: {known}", "connus ici : {known}"),
    "error.spec.E212": ("there is no directory `{value}`", "il n'y a pas de dossier « {value} »"),
    "error.spec.E212.fix": (
        "the path is relative to the spec; leave `seeds:` out to use those shipped",
        "le chemin est relatif à la spec ; retirez `seeds:` pour utiliser ceux livrés",
    ),
    "error.spec.E301": (
        "`{key}`: {address} is not in the network {network}",
        "« {key} » : {address} n'est pas dans le réseau {network}",
    ),
    "error.spec.E301.fix": (
        "give an address of {network}, or change `{source}`",
        "donnez une adresse de {network}, ou changez « {source} »",
    ),
    "error.spec.E302": (
        "`{key}`: {address} is the network's or the broadcast address of {network}",
        "« {key} » : {address} est l'adresse du réseau ou de diffusion de {network}",
    ),
    "error.spec.E302.fix": (
        "give an address between the two",
        "donnez une adresse entre les deux",
    ),
    "error.spec.E303": (
        "`{key}` and `{other}` are both {address}",
        "« {key} » et « {other} » valent tous deux {address}",
    ),
    "error.spec.E303.fix": (
        "give one of them another address (in a small network the exercise's own can meet)",
        "donnez une autre adresse à l'un d'eux (dans un petit réseau, celles de l'exercice peuvent se rejoindre)",
    ),
    "error.spec.E304": (
        "the inside network {inside} and the outside network {outside} overlap",
        "le réseau intérieur {inside} et le réseau extérieur {outside} se recouvrent",
    ),
    "error.spec.E304.fix": (
        "a router needs two distinct networks: change one",
        "un routeur a besoin de deux réseaux distincts : changez-en un",
    ),
    "error.spec.E305": (
        "{name} needs an address: `{key}` is missing",
        "il faut une adresse à {name} : « {key} » manque",
    ),
    "error.spec.E305.fix": (
        "add `{side}:` with an address of that network",
        "ajoutez `{side}:` avec une adresse de ce réseau",
    ),
    "error.spec.E306": (
        "{name} has no card there: `{key}` cannot be given",
        "{name} n'a pas de carte de ce côté : « {key} » est de trop",
    ),
    "error.spec.E306.fix": (
        "remove `{side}:` (web servers are inside, ClientA is outside)",
        "retirez `{side}:` (les serveurs web sont à l'intérieur, ClientA à l'extérieur)",
    ),
    "error.spec.E307": (
        "the host name {name} is also {other}'s",
        "le nom d'hôte {name} est aussi celui de {other}",
    ),
    "error.spec.E307.fix": (
        "give each machine its own host name: Heartbeat tells nodes apart by it",
        "donnez à chaque machine son nom d'hôte : Heartbeat distingue les nœuds par lui",
    ),
    "error.spec.E308": (
        "two machines are called {name} (the other: {other})",
        "deux machines s'appellent {name} (l'autre : {other})",
    ),
    "error.spec.E308.fix": (
        "rename one; capital letters make no difference",
        "renommez-en une ; les majuscules ne comptent pas",
    ),
    "error.spec.E309": (
        "scenario {scenario} cannot be played by {webs} web servers and {balancers} balancers",
        "le scénario {scenario} ne se joue pas avec {webs} serveurs web et {balancers} répartiteurs",
    ),
    "error.spec.E309.fix": (
        "ha needs exactly two machines of role web, lb at least two; both need one of role balancer",
        "ha demande exactement deux machines de rôle web, lb au moins deux ; les deux, une de rôle balancer",
    ),
    "error.spec.E310": (
        "`{key}`: {name} is not a web server of this lab",
        "« {key} » : {name} n'est pas un serveur web de ce TP",
    ),
    "error.spec.E310.fix": ("{hint}", "{hint}"),
    "error.spec.E311": (
        "Heartbeat's times contradict each other: {small} is {low} s, {large} is {high} s",
        "les délais de Heartbeat se contredisent : {small} vaut {low} s, {large} vaut {high} s",
    ),
    "error.spec.E311.fix": (
        "keepalive < warntime <= deadtime <= initdead; the exercise has 2, 6, 10, 60",
        "keepalive < warntime <= deadtime <= initdead ; l'exercice a 2, 6, 10, 60",
    ),
    "error.spec.E312": (
        "`{key}`: the prefix of {value} is not that of its network {network}",
        "« {key} » : le préfixe de {value} n'est pas celui de son réseau {network}",
    ),
    "error.spec.E312.fix": (
        "leave the prefix out: it comes from the network",
        "omettez le préfixe : il vient du réseau",
    ),
    "error.spec.E313": (
        "{name} cannot be the router's outside interface",
        "{name} ne peut pas être l'interface extérieure du routeur",
    ),
    "error.spec.E313.fix": (
        "outside is a physical interface, and not the inside one; only inside may be a subinterface",
        "l'extérieur est une interface physique, autre que l'intérieure ; seule celle-ci peut être une sous-interface",
    ),
    "error.spec.E314": (
        "`{key}`: the port group {name} is also `{other}`",
        "« {key} » : le groupe de ports {name} est aussi « {other} »",
    ),
    "error.spec.E314.fix": (
        "the lab must be isolated: give each network its own port group",
        "le TP doit être isolé : donnez à chaque réseau son groupe de ports",
    ),
    "error.spec.E315": (
        "a router at {host} is not reached by {device}",
        "un routeur à {host} ne s'atteint pas par {device}",
    ),
    "error.spec.E315.fix": (
        "a serial line needs `device: cisco_ios_serial`, an address one of the others",
        "une ligne série demande `device: cisco_ios_serial`, une adresse l'un des autres",
    ),
    "error.spec.E316": (
        "inside and outside are both VLAN {vlan}",
        "l'intérieur et l'extérieur sont tous deux le VLAN {vlan}",
    ),
    "error.spec.E316.fix": (
        "give them two VLANs: else the router is bypassed",
        "donnez-leur deux VLAN : sinon le routeur est contourné",
    ),
    "error.spec.E401": (
        "VLAN {value} is used by groups {groups} on {server}",
        "le VLAN {value} sert aux groupes {groups} sur {server}",
    ),
    "error.spec.E401.fix": (
        'each group needs its own: vlan: "{{{{ 100 + group }}}}"',
        'il en faut un par groupe : vlan: "{{{{ 100 + group }}}}"',
    ),
    "error.spec.E402": (
        "the port group {value} is used by groups {groups} on {server}",
        "le groupe de ports {value} sert aux groupes {groups} sur {server}",
    ),
    "error.spec.E402.fix": (
        'put the group into the name: port_group: "g{{{{ group }}}}-inside"',
        'mettez le groupe dans le nom : port_group: "g{{{{ group }}}}-inside"',
    ),
    "error.spec.E403": (
        "outside port {value} of router {host} leads to groups {groups}",
        "le port extérieur {value} du routeur {host} mène aux groupes {groups}",
    ),
    "error.spec.E403.fix": (
        'one outside port, one group: outside_port: "{{{{ 8000 + group }}}}"',
        'un port extérieur, un groupe : outside_port: "{{{{ 8000 + group }}}}"',
    ),
    "error.spec.E404": (
        "the inside interface {value} of router {host} is given to groups {groups}",
        "l'interface intérieure {value} du routeur {host} est donnée aux groupes {groups}",
    ),
    "error.spec.E404.fix": (
        'give each group a subinterface: inside: "FastEthernet0/1.{{{{ 100 + group }}}}"',
        'donnez une sous-interface à chaque groupe : inside: "FastEthernet0/1.{{{{ 100 + group }}}}"',
    ),
    "error.spec.E405": (
        "router {host} would have overlapping networks on two interfaces: {value} and {other} (groups {groups})",
        "le routeur {host} aurait des réseaux qui se recouvrent sur deux interfaces : {value} et {other} "
        "(groupes {groups})",
    ),
    "error.spec.E405.fix": (
        'groups on one router need distinct networks: network: "172.{{{{ 16 + group }}}}.0.0/16"',
        'les groupes d\'un même routeur ont des réseaux distincts : network: "172.{{{{ 16 + group }}}}.0.0/16"',
    ),
    "error.spec.E406": (
        "groups {groups} share {interface} of router {host}, but differ in `{key}`",
        "les groupes {groups} partagent {interface} du routeur {host}, mais diffèrent par « {key} »",
    ),
    "error.spec.E406.fix": (
        "one interface has one address, one network and one VLAN: say the same for all of them",
        "une interface a une adresse, un réseau et un VLAN : dites la même chose pour tous",
    ),
    "error.spec.E407": (
        "the folder {name} on {datastore} would be that of {machines} (groups {groups})",
        "le dossier {name} de {datastore} serait celui de {machines} (groupes {groups})",
    ),
    "error.spec.E407.fix": (
        "put group and machine into names.folder: \"g{{{{ '%02d' % group }}}}-{{{{ machine }}}}\", or leave it out",
        "mettez groupe et machine dans names.folder : \"g{{{{ '%02d' % group }}}}-{{{{ machine }}}}\", ou omettez-le",
    ),
    "error.spec.E408": (
        "the name {name} on {server} would be that of {machines} (groups {groups})",
        "le nom {name} sur {server} serait celui de {machines} (groupes {groups})",
    ),
    "error.spec.E408.fix": (
        "put group and machine into names.vm: \"g{{{{ '%02d' % group }}}}-{{{{ machine }}}}\"; "
        "if the server is a vCenter, say `esxi:` or `datacenter:`",
        "mettez groupe et machine dans names.vm : \"g{{{{ '%02d' % group }}}}-{{{{ machine }}}}\" ; "
        "si le serveur est un vCenter, indiquez `esxi:` ou `datacenter:`",
    ),
    "error.spec.E409": (
        "groups {groups} share the outside network of router {host}, and {value} stands there twice",
        "les groupes {groups} partagent le réseau extérieur du routeur {host}, et {value} s'y trouve deux fois",
    ),
    "error.spec.E409.fix": (
        'give each group its own address there: "192.16.193.{{{{ 100 + group }}}}"',
        'donnez à chaque groupe sa propre adresse : "192.16.193.{{{{ 100 + group }}}}"',
    ),
    "error.spec.E410": (
        "{name} is the name of the model itself",
        "{name} est le nom du modèle lui-même",
    ),
    "error.spec.E410.fix": (
        "name the machine otherwise: the model must stay untouched",
        "nommez la machine autrement : le modèle doit rester intact",
    ),
    "error.spec.E421": (
        "a group is in two entries of `{key}`: {first} and {second}",
        "un groupe est dans deux entrées de « {key} » : {first} et {second}",
    ),
    "error.spec.E421.fix": (
        "make the ranges distinct",
        "rendez les plages distinctes",
    ),
    "error.spec.E422": (
        "`{key}` says nothing for a group",
        "« {key} » ne dit rien pour un groupe",
    ),
    "error.spec.E422.fix": (
        "add an entry, or widen a range, so that every group of the class has one",
        "ajoutez une entrée, ou élargissez une plage, pour que chaque groupe de la classe en ait une",
    ),
    "error.spec.E423": (
        "group {absent} is overridden, but is not in the class",
        "le groupe {absent} est modifié, mais n'est pas dans la classe",
    ),
    "error.spec.E423.fix": (
        "its groups are {known}; remove the override, or add the group to `groups:`",
        "ses groupes sont {known} ; retirez la modification, ou ajoutez le groupe à `groups:`",
    ),
    "error.spec.E424": (
        "`host` and `hosts` are both given",
        "« host » et « hosts » sont donnés tous les deux",
    ),
    "error.spec.E424.fix": (
        "keep `host` for one server, or `hosts` for one per range of groups",
        "gardez `host` pour un seul serveur, ou `hosts` pour un par plage de groupes",
    ),
    "error.spec.E425": (
        "`hosts` names a server for each range of groups",
        "« hosts » nomme un serveur par plage de groupes",
    ),
    "error.spec.E425.fix": (
        'write hosts: {{"1-4": esxi1.lycee.example, "5-8": esxi2.lycee.example}}, or `host:` for one server',
        'écrivez hosts: {{"1-4": esxi1.lycee.example, "5-8": esxi2.lycee.example}}, ou `host:` pour un seul serveur',
    ),
    "error.spec.E501": (
        "`{name}` looks like a secret: secrets do not belong in a spec",
        "« {name} » ressemble à un secret : un secret n'a pas sa place dans une spec",
    ),
    "error.spec.E501.fix": (
        "delete the line, change the secret if others have seen it; instead, {variable}",
        "supprimez la ligne, changez le secret si d'autres l'ont vu ; à la place, {variable}",
    ),
    "error.spec.W601": (
        "{network} is public address space: it belongs to somebody on the Internet",
        "{network} est un espace d'adresses public : il appartient à quelqu'un sur Internet",
    ),
    "error.spec.W601.fix": (
        "fine in an isolated lab (the handout has it); keep it off uplinks",
        "sans danger dans un TP isolé (c'est celui du sujet) ; ne le laissez pas sortir vers l'extérieur",
    ),
    "error.spec.W602": (
        "crc protects against nothing: any machine on the network can join the cluster",
        "crc ne protège de rien : toute machine du réseau peut rejoindre le cluster",
    ),
    "error.spec.W602.fix": ("use sha1 (or md5, as the handout)", "prenez sha1 (ou md5, comme le sujet)"),
    "error.spec.W603": (
        "the scheduler {scheduler} ignores weights",
        "l'ordonnanceur {scheduler} ignore les poids",
    ),
    "error.spec.W603.fix": (
        "use wrr or wlc, or leave the weights out",
        "prenez wrr ou wlc, ou retirez les poids",
    ),
}
