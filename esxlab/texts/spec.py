"""Texts of the spec as a file and of its values: E1 file and shape, E2 values."""

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
    "error.spec.variable_empty": (
        "{variable} is set but empty, and there is no class spec ({names}) in {start} or above it",
        "{variable} est définie mais vide, et il n'y a pas de {names} dans {start} ni au-dessus",
    ),
    "error.spec.variable_empty.fix": (
        "set it to the file's path, or unset it; or name the file with -f",
        "donnez-lui le chemin du fichier, ou supprimez-la ; ou indiquez le fichier avec -f",
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
    "spec.total.one": (
        "{count} problem in the spec; nothing was done.",
        "{count} problème dans la spec ; rien n'a été fait.",
    ),
    "spec.total.many": (
        "{count} problems in the spec; nothing was done.",
        "{count} problèmes dans la spec ; rien n'a été fait.",
    ),
    "spec.total.cut": (
        "and {left} more: {count} problems in the spec; nothing was done.",
        "problèmes non affichés : {left}, sur {count} dans la spec ; rien n'a été fait.",
    ),
    "spec.total.over": (
        "and {left} more at least: reading the spec was given up after {count} problems; nothing was done.",
        (
            "problèmes non affichés : {left} au moins ; la lecture de la spec a été abandonnée après "
            "{count} problèmes ; rien n'a été fait."
        ),
    ),
    "spec.total.warnings": (
        "and {left} more warnings about the spec.",
        "avertissements non affichés sur la spec : {left}.",
    ),
    "spec.limit.size": (
        "more than {count} characters",
        "plus de {count} caractères",
    ),
    "spec.limit.nodes": (
        "more than {count} keys and values, aliases counted",
        "plus de {count} clés et valeurs, alias compris",
    ),
    "spec.limit.depth": (
        "nested deeper than {count} levels",
        "plus de {count} niveaux d'imbrication",
    ),
    "spec.limit.loop": (
        "an anchor that contains itself",
        "une ancre qui se contient elle-même",
    ),
    "spec.limit.loop.fix": (
        "remove the alias (*name) that stands inside its own anchor (&name)",
        "retirez l'alias (*nom) placé à l'intérieur de sa propre ancre (&nom)",
    ),
    "spec.limit.fix": (
        "check that this is the right file: a class spec has some dozens of lines",
        "vérifiez que c'est le bon fichier : une spec de classe a quelques dizaines de lignes",
    ),
    "spec.limit.expressions": (
        "more than {count} different expressions",
        "plus de {count} expressions différentes",
    ),
    "spec.limit.values": (
        "more than {count} values for all groups together",
        "plus de {count} valeurs pour l'ensemble des groupes",
    ),
    "spec.did_you_mean": (
        "did you mean `{name}`?",
        "vouliez-vous dire « {name} » ?",
    ),
    "spec.one_of": (
        "what may stand here: {names}",
        "ce qui peut figurer ici : {names}",
    ),
    "spec.at_least": (
        "at least {limit}",
        "au moins {limit}",
    ),
    "spec.at_most": (
        "at most {limit}",
        "au plus {limit}",
    ),
    "spec.kind.text": (
        "text",
        "un texte",
    ),
    "spec.kind.whole": (
        "a whole number",
        "un nombre entier",
    ),
    "spec.kind.truth": (
        "true or false",
        "true ou false",
    ),
    "spec.kind.list": (
        "a list, as in [a, b]",
        "une liste, comme [a, b]",
    ),
    "spec.kind.table": (
        "keys with values below it",
        "des clés avec leurs valeurs en dessous",
    ),
    "spec.kind.spaced_table": (
        "keys with values below it, with a blank behind each colon",
        "des clés avec leurs valeurs en dessous, avec une espace après chaque deux-points",
    ),
    "spec.from_environment": (
        "set the environment variable {variable}, or let esxlab ask for it",
        "définissez la variable d'environnement {variable}, ou laissez esxlab la demander",
    ),
    "spec.made_by_esxlab": (
        "esxlab makes a random secret for each group",
        "esxlab crée un secret aléatoire pour chaque groupe",
    ),
    "spec.yaml.tab": (
        "indent with blanks, never with tabs",
        "indentez avec des espaces, jamais de tabulation",
    ),
    "spec.yaml.alias": (
        "an alias (*name) needs its anchor (&name) above it; quote a value that begins with *",
        (
            "un alias (*nom) a besoin de son ancre (&nom) plus haut ; mettez entre guillemets une valeur "
            "qui commence par *"
        ),
    ),
    "spec.yaml.quote": (
        "close the quote that is opened here",
        "fermez le guillemet ouvert ici",
    ),
    "spec.yaml.documents": (
        "keep one document in the file: remove the second ---",
        "gardez un seul document dans le fichier : retirez le second ---",
    ),
    "spec.yaml.bracket": (
        "close the bracket or brace that is opened here, and put commas between its entries",
        "fermez le crochet ou l'accolade ouverts ici, et séparez les entrées par des virgules",
    ),
    "spec.yaml.colon": (
        "line the key up with its neighbours; write `key: value`; quote a value that holds `: `",
        (
            "alignez la clé avec ses voisines ; écrivez `clé: valeur` ; guillemets autour d'une valeur "
            "qui contient `: `"
        ),
    ),
    "spec.yaml.blank": (
        "put a blank behind the colon: `{key}: ...`",
        "mettez une espace après les deux-points : `{key}: ...`",
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
    "spec.allowed.class": (
        "1 to 30 small letters without accents, digits and hyphens",
        "1 à 30 lettres minuscules sans accent, chiffres et tirets",
    ),
    "spec.allowed.host": (
        "a DNS name, an IPv4 or an IPv6 address",
        "un nom DNS, une adresse IPv4 ou IPv6",
    ),
    "spec.allowed.existing": (
        "the name as vSphere shows it, letter by letter, without line breaks and control characters",
        "le nom tel que vSphere le montre, à la lettre près, sans saut de ligne ni caractère de contrôle",
    ),
    "spec.allowed.optional_existing": (
        "nothing, or the name as vSphere shows it, without line breaks and control characters",
        "rien, ou le nom tel que vSphere le montre, sans saut de ligne ni caractère de contrôle",
    ),
    "spec.allowed.router_host": (
        "a DNS name, an IPv4 or IPv6 address, or a serial line such as /dev/ttyUSB0 or COM3",
        "un nom DNS, une adresse IPv4 ou IPv6, ou une ligne série comme /dev/ttyUSB0 ou COM3",
    ),
    "spec.allowed.login": (
        "a router's login such as admin: letters, digits, . _ - (it is typed into a terminal)",
        "un identifiant de routeur comme admin : lettres, chiffres, . _ - (il est tapé dans un terminal)",
    ),
    "spec.allowed.guest_login": (
        "a Debian login: small letters, digits, - and _",
        "un identifiant Debian : minuscules, chiffres, - et _",
    ),
    "spec.allowed.name": (
        (
            "letters without accents, digits, blanks inside, and . _ - + ( ): esxlab makes this one, and "
            "every tool has to be able to name it"
        ),
        (
            "lettres sans accent, chiffres, espaces à l'intérieur, et . _ - + ( ) : c'est esxlab qui le "
            "crée, et tous les outils doivent pouvoir le nommer"
        ),
    ),
    "spec.allowed.path_name": (
        (
            "letters without accents, digits, and . _ - (no blank, no /), a letter or digit first: esxlab "
            "makes this one, and it becomes a part of datastore paths"
        ),
        (
            "lettres sans accent, chiffres, et . _ - (ni espace ni /), une lettre ou un chiffre d'abord : "
            "c'est esxlab qui le crée, et il entre dans des chemins de banque de données"
        ),
    ),
    "spec.allowed.machine": (
        "letters without accents, digits and -, a letter first",
        "lettres sans accent, chiffres et -, une lettre d'abord",
    ),
    "spec.allowed.hostname": (
        "letters without accents, digits and - (RFC 1123), 63 at most",
        "lettres sans accent, chiffres et - (RFC 1123), 63 au plus",
    ),
    "spec.allowed.host_key": (
        "a fingerprint as `ssh-keygen -l` shows it, SHA256: and 43 characters; or none",
        "une empreinte telle que `ssh-keygen -l` la montre, SHA256: et 43 caractères ; ou none",
    ),
    "spec.allowed.thumbprint": (
        "a SHA-256 thumbprint: 64 hexadecimal digits, with or without colons",
        "une empreinte SHA-256 : 64 chiffres hexadécimaux, avec ou sans deux-points",
    ),
    "spec.allowed.guest_id": (
        "a VMware guest identifier such as debian9Guest",
        "un identifiant de système invité VMware comme debian9Guest",
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
    "spec.allowed.iso_file": ("the path of a file *.iso", "le chemin d'un fichier *.iso"),
    "spec.allowed.sha256": ("64 hexadecimal digits", "64 chiffres hexadécimaux"),
    "spec.allowed.locale": ("a locale such as fr_FR.UTF-8", "des paramètres régionaux comme fr_FR.UTF-8"),
    "spec.allowed.keymap": ("a keyboard such as fr or us", "un clavier comme fr ou us"),
    "spec.allowed.timezone": ("a time zone such as Europe/Paris", "un fuseau horaire comme Europe/Paris"),
    "spec.allowed.login_key": (
        "agent, or the path of a private SSH key without quotes, braces, or any of `$ ? * | < > ; &`",
        (
            "agent, ou le chemin d'une clé SSH privée sans guillemets, sans accolades ni aucun de `$ "
            "? * | < > ; &`"
        ),
    ),
    "spec.allowed.directory": (
        "a directory's path without quotes, braces, or any of `$ ? * | < > ; &`",
        "un chemin de dossier sans guillemets, sans accolades ni aucun de `$ ? * | < > ; &`",
    ),
    "spec.allowed.class_list": (
        "the path of a `.csv`, `.xlsx` or `.ods` file without quotes, braces, or any of `$ ? * | < > ; &`",
        (
            "le chemin d'un fichier `.csv`, `.xlsx` ou `.ods`, sans guillemets, sans accolades ni aucun de "
            "`$ ? * | < > ; &`"
        ),
    ),
    "error.spec.E101": (
        "there is no such file",
        "ce fichier n'existe pas",
    ),
    "error.spec.E101.fix": (
        "check the name, or run `esxlab init` to write a first spec",
        "vérifiez le nom, ou lancez `esxlab init` pour écrire une première spec",
    ),
    "error.spec.E102": (
        "this is not YAML",
        "ceci n'est pas du YAML",
    ),
    "error.spec.E102.fix": (
        "{hint}",
        "{hint}",
    ),
    "error.spec.E103": (
        "the key `{name}` stands twice (first on line {first})",
        "la clé « {name} » figure deux fois (d'abord à la ligne {first})",
    ),
    "error.spec.E103.fix": (
        "keep one of the two",
        "gardez-en une seule",
    ),
    "error.spec.E104": (
        "the spec holds no keys",
        "la spec ne contient aucune clé",
    ),
    "error.spec.E104.fix": (
        "begin with `class:`, `groups:` and `vsphere:`, as the shipped specs do",
        "commencez par `class:`, `groups:` et `vsphere:`, comme les specs livrées",
    ),
    "error.spec.E105": (
        "unknown key `{name}`",
        "clé inconnue « {name} »",
    ),
    "error.spec.E105.fix": (
        "{hint}",
        "{hint}",
    ),
    "error.spec.E106": (
        "`{key}` is missing",
        "« {key} » manque",
    ),
    "error.spec.E106.fix": (
        "{advice}",
        "{advice}",
    ),
    "spec.add_top": (
        "add a line `{name}: ...`; the exercise has no value for it",
        "ajoutez une ligne `{name}: ...` ; le sujet n'a pas de valeur pour elle",
    ),
    "spec.add_below": (
        "add `{name}: ...` below `{parent}:`; the exercise has no value for it",
        "ajoutez `{name}: ...` sous `{parent}:` ; le sujet n'a pas de valeur pour elle",
    ),
    "spec.add_router": (
        'add `host: "10.0.0.{{{{ group }}}}"` below `router:`, or write `router: none` when there is none',
        (
            'ajoutez `host: "10.0.0.{{{{ group }}}}"` sous `router:`, ou écrivez `router: none` s\'il '
            "n'y en a pas"
        ),
    ),
    "error.spec.E107": (
        "`{key}` cannot be `{value}`",
        "« {key} » ne peut pas valoir « {value} »",
    ),
    "error.spec.E107.fix": (
        "give {kind}",
        "donnez {kind}",
    ),
    "error.spec.E108": (
        "a character that does not belong in a text file: {sign}",
        "un caractère qui n'a pas sa place dans un fichier texte : {sign}",
    ),
    "error.spec.E108.fix": (
        "delete it, seen or not: write the line anew, or save the file as UTF-8 if all of it looks odd",
        (
            "supprimez-le, visible ou non : récrivez la ligne, ou enregistrez le fichier en UTF-8 si tout y "
            "paraît étrange"
        ),
    ),
    "error.spec.E109": (
        "the spec is too large: {limit}",
        "la spec est trop grande : {limit}",
    ),
    "error.spec.E109.fix": (
        "{advice}",
        "{advice}",
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
    "error.spec.E112": (
        "the file cannot be read: {reason}",
        "le fichier est illisible : {reason}",
    ),
    "error.spec.E112.fix": (
        "name a file that you may read",
        "indiquez un fichier que vous avez le droit de lire",
    ),
    "error.spec.E113": (
        "the file is not in UTF-8: byte {byte}, which in Windows-1252 would be in `{guess}`",
        "le fichier n'est pas en UTF-8 : octet {byte}, qui en Windows-1252 serait dans « {guess} »",
    ),
    "error.spec.E113.fix": (
        "save it as UTF-8 (Notepad: Save as, Encoding UTF-8), then look whether the accents are right",
        (
            "enregistrez-le en UTF-8 (Bloc-notes : Enregistrer sous, Encodage UTF-8), puis vérifiez les "
            "accents"
        ),
    ),
    "error.spec.E114": (
        "`{sign}` is not a sign of YAML; here it knows `{meant}`",
        "« {sign} » n'est pas un signe de YAML ; ici il connaît « {meant} »",
    ),
    "error.spec.E114.fix": (
        'type `{meant}`; when `{sign}` is part of a name, put the whole name between straight quotes ("...")',
        (
            "tapez « {meant} » ; si « {sign} » fait partie d'un nom, mettez le nom entier entre guillemets "
            'droits ("...")'
        ),
    ),
    "error.spec.E115": (
        "`<<` takes over the keys of another part, and what stands behind it has none",
        "`<<` reprend les clés d'une autre partie, et ce qui le suit n'en a pas",
    ),
    "error.spec.E115.fix": (
        "write `<<: *name`, where `&name` stands before the part that is meant, or delete `<<`",
        "écrivez `<<: *nom`, `&nom` étant placé devant la partie voulue, ou supprimez `<<`",
    ),
    "error.spec.E201": (
        "`{key}` cannot be `{value}`",
        "« {key} » ne peut pas valoir « {value} »",
    ),
    "error.spec.E201.fix": (
        "allowed: {allowed}",
        "permis : {allowed}",
    ),
    "error.spec.E202": (
        "`{key}` has no choice `{value}`",
        "« {value} » n'est pas une valeur permise pour « {key} »",
    ),
    "error.spec.E202.fix": (
        "{hint}",
        "{hint}",
    ),
    "error.spec.E203": (
        "`{key}` cannot be {value}",
        "« {key} » ne peut pas valoir {value}",
    ),
    "error.spec.E203.fix": (
        "give {bound}",
        "donnez {bound}",
    ),
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
    "error.spec.E206.fix": (
        "did you mean `{network}`?",
        "vouliez-vous dire « {network} » ?",
    ),
    "error.spec.E207": (
        "`{key}`: `{value}` is not a router interface",
        "« {key} » : « {value} » n'est pas une interface de routeur",
    ),
    "error.spec.E207.fix": (
        "write it as `show ip interface brief` does: FastEthernet0/0, GigabitEthernet0/1.107",
        "écrivez-la comme `show ip interface brief` : FastEthernet0/0, GigabitEthernet0/1.107",
    ),
    "error.spec.E208": (
        "`{value}` cannot name a class",
        "« {value} » ne peut pas nommer une classe",
    ),
    "error.spec.E208.fix": (
        "use 1 to 30 small letters, digits and -: sio2-2026 (it goes into the names of folders)",
        "utilisez 1 à 30 minuscules, chiffres et - : sio2-2026 (il entre dans des noms de dossiers)",
    ),
    "error.spec.E209": (
        "`{text}` is not a range of groups",
        "« {text} » n'est pas une plage de groupes",
    ),
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
    "error.spec.E211.fix": (
        "known here: {known}",
        "connus ici : {known}",
    ),
    "error.spec.E212": (
        "there is no directory `{value}`",
        "il n'y a pas de dossier « {value} »",
    ),
    "error.spec.E212.fix": (
        "the path is relative to the spec; leave `seeds:` out to use those shipped",
        "le chemin est relatif à la spec ; retirez `seeds:` pour utiliser les gabarits livrés",
    ),
    "spec.group": (
        "group {range}",
        "groupe {range}",
    ),
    "spec.groups": (
        "groups {range}",
        "groupes {range}",
    ),
}
