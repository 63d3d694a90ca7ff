"""Texts of what a spec's values must agree on: E3 one lab, E4 between groups, E5 secrets, W warnings."""

TEXTS = {
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
        ("donnez une autre adresse à l'un d'eux (dans un petit réseau, celles du sujet peuvent coïncider)"),
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
        "give each machine its own host name: the others know it by that name",
        "donnez à chaque machine son propre nom d'hôte : c'est à lui que les autres la reconnaissent",
    ),
    "error.spec.E308": (
        "two machines are called {name} (the other: {other})",
        "deux machines s'appellent {name} (l'autre : {other})",
    ),
    "error.spec.E308.fix": (
        "rename one; capital letters make no difference",
        "renommez-en une ; les majuscules ne comptent pas",
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
        (
            "l'extérieur est une interface physique, autre que l'intérieure ; seule celle-ci peut être "
            "une sous-interface"
        ),
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
    "error.spec.E321": (
        "an SSH key is no login over {device}",
        "une clé SSH n'ouvre pas de session par {device}",
    ),
    "error.spec.E321.fix": (
        "take `router.key` out, or reach the router with `device: cisco_ios`",
        "supprimez `router.key`, ou atteignez le routeur par `device: cisco_ios`",
    ),
    "error.spec.E316": (
        "inside and outside are both VLAN {vlan}",
        "l'intérieur et l'extérieur sont tous deux le VLAN {vlan}",
    ),
    "error.spec.E316.fix": (
        "give them two VLANs: else the router is bypassed",
        "donnez-leur deux VLAN : sinon le routeur est contourné",
    ),
    "error.spec.E319": (
        "`{key}` chooses among port groups that exist, and this one is to be made",
        "« {key} » choisit parmi des groupes de ports existants, et celui-ci est à créer",
    ),
    "error.spec.E319.fix": (
        "write `existing: true` in `{side}` if an administrator has made it, or leave `kind` out",
        "écrivez `existing: true` dans « {side} » si un administrateur l'a créé, ou retirez `kind`",
    ),
    "error.spec.E320": (
        "the router's {interface} needs the inside network's VLAN, which the spec does not say",
        "l'interface {interface} du routeur a besoin du VLAN intérieur, que la spec ne dit pas",
    ),
    "error.spec.E320.fix": (
        "say the VLAN of the existing port group: inside: {{vlan: 107}} (see `esxlab doctor`)",
        "indiquez le VLAN du groupe de ports existant : inside: {{vlan: 107}} (voir `esxlab doctor`)",
    ),
    "error.spec.E323": (
        "a host that is changed over SSH has no `{key}: {value}`",
        "un hôte modifié en SSH ne connaît pas `{key}: {value}`",
    ),
    "error.spec.E323.fix": (
        "leave `{key}` out, or write `writes: api`: that needs a vCenter, or a licence that writes",
        "retirez `{key}`, ou écrivez `writes: api` : il y faut un vCenter, ou une licence qui écrit",
    ),
    "error.spec.E324": (
        "over SSH no name may begin with a hyphen: `{name}`",
        "en SSH aucun nom ne peut commencer par un trait d'union : « {name} »",
    ),
    "error.spec.E324.fix": (
        "choose a name that begins with a letter or a digit",
        "choisissez un nom qui commence par une lettre ou un chiffre",
    ),
    "error.spec.E325": (
        "`api: none` says that the API cannot be reached, and `writes: api` wants it",
        "`api: none` dit que l'API est hors d'atteinte, et `writes: api` la réclame",
    ),
    "error.spec.E325.fix": (
        "leave `writes` out: over SSH is the only way left",
        "retirez `writes` : SSH est la seule voie qui reste",
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
        (
            "router {host} would have overlapping networks on two interfaces: {value} and {other} "
            "(groups {groups})"
        ),
        (
            "le routeur {host} aurait des réseaux qui se recouvrent sur deux interfaces : {value} et "
            "{other} (groupes {groups})"
        ),
    ),
    "error.spec.E405.fix": (
        'groups on one router need distinct networks: network: "172.{{{{ 16 + group }}}}.0.0/16"',
        (
            "les groupes d'un même routeur ont des réseaux distincts : network: \"172.{{{{ 16 + group "
            '}}}}.0.0/16"'
        ),
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
        "the folder {name} on {datastore} would be that of {machines} ({groups})",
        "le dossier {name} de {datastore} serait celui de {machines} ({groups})",
    ),
    "error.spec.E407.fix": (
        (
            "put group and machine into names.folder: \"g{{{{ '%02d' % group }}}}-{{{{ machine }}}}\", "
            "or leave it out"
        ),
        (
            "mettez groupe et machine dans names.folder : \"g{{{{ '%02d' % group }}}}-{{{{ machine "
            '}}}}", ou omettez-le'
        ),
    ),
    "error.spec.E408": (
        "the name {name} on {server} would be that of {machines} ({groups})",
        "le nom {name} sur {server} serait celui de {machines} ({groups})",
    ),
    "error.spec.E408.fix": (
        (
            "put group and machine into names.vm: \"g{{{{ '%02d' % group }}}}-{{{{ machine }}}}\"; if "
            "the server is a vCenter, say `esxi:` or `datacenter:`"
        ),
        (
            "mettez groupe et machine dans names.vm : \"g{{{{ '%02d' % group }}}}-{{{{ machine }}}}\" ; "
            "si le serveur est un vCenter, indiquez `esxi:` ou `datacenter:`"
        ),
    ),
    "error.spec.E409": (
        (
            "groups {groups} share the outside network of router {host}, where {value} is taken twice "
            "(`{key}`)"
        ),
        (
            "les groupes {groups} partagent le réseau extérieur du routeur {host}, où {value} est pris "
            "deux fois (« {key} »)"
        ),
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
        (
            'write hosts: {{"1-4": esxi1.lycee.example, "5-8": esxi2.lycee.example}}, or `host:` for one '
            "server"
        ),
        (
            'écrivez hosts: {{"1-4": esxi1.lycee.example, "5-8": esxi2.lycee.example}}, ou `host:` pour '
            "un seul serveur"
        ),
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
    "error.spec.E502": (
        "`{key}` holds a login inside an address",
        "« {key} » contient un identifiant dans une adresse",
    ),
    "error.spec.E502.fix": (
        "remove everything before the @, and change the password if others have seen it",
        "retirez tout ce qui précède le @, et changez le mot de passe si d'autres l'ont vu",
    ),
}
