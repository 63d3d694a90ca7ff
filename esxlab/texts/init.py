"""The first spec that `esxlab init` writes, and what it says. Braces are doubled: `say` halves them."""

TEXTS = {
    "command.init.long": (
        (
            "Write a first class spec, esxlab.yaml, into this directory; in a terminal it asks for the "
            "class's name.\n\n"
            "It is the exercise as the handout has it, with a comment at each value that a school has to "
            "change. A file that exists already is left alone."
        ),
        (
            "Écrire une première spec de classe, esxlab.yaml, dans ce dossier ; dans un terminal, demande le "
            "nom de la classe.\n\n"
            "C'est le sujet tel quel, avec un commentaire à chaque valeur qu'un établissement doit changer. "
            "Un fichier qui existe déjà n'est pas touché."
        ),
    ),
    "option.init_file": ("where to write it", "où l'écrire"),
    "option.class_name": (
        "name of the class, yours alone on its vSphere servers: durand-sio2-2026",
        "nom de la classe, à vous seul sur ses serveurs vSphere : durand-sio2-2026",
    ),
    "init.ask_class": (
        "Name of the class (a colleague's class must have another one)",
        "Nom de la classe (celle d'un collègue doit en avoir un autre)",
    ),
    "error.usage.class_name": (
        "`{name}` cannot name a class",
        "« {name} » ne peut pas nommer une classe",
    ),
    "error.usage.class_name.fix": (
        "1 to 30 small letters without accents, digits and hyphens, such as durand-sio2-2026",
        "1 à 30 lettres minuscules sans accent, chiffres et tirets, comme durand-sio2-2026",
    ),
    "init.written": (
        "{path} is written. Put your own names into it, then: `esxlab trust`, `esxlab plan --group 1`",
        "{path} est écrit. Mettez-y vos propres noms, puis : `esxlab trust`, `esxlab plan --group 1`",
    ),
    "error.usage.spec_exists": ("this file exists already", "ce fichier existe déjà"),
    "error.usage.spec_exists.fix": (
        "it was left as it is; write to another place with -f, or remove it first",
        "il n'a pas été touché ; écrivez ailleurs avec -f, ou supprimez-le d'abord",
    ),
    "error.usage.spec_unwritable": ("this file cannot be written", "ce fichier ne peut pas être écrit"),
    "error.usage.spec_unwritable.fix": (
        "choose a directory that exists and is yours, with -f",
        "choisissez avec -f un dossier qui existe et qui est à vous",
    ),
    "init.spec": (
        """\
# A class of labs for esxlab. What is not said here has the exercise's own value; every key: `esxlab spec`.
# Passwords are never written here: they are asked for, or come from ESXLAB_VSPHERE_PASSWORD,
# ESXLAB_GUEST_PASSWORD, ESXLAB_ROUTER_PASSWORD and ESXLAB_ROUTER_SECRET.

class: sio2 # name of the class; it marks everything that esxlab creates
groups: 1-12 # 7, 1-5 or 1-3,7
scenario: ha # ha: part 1, Heartbeat; lb: part 2, IPVS

vsphere:
  host: vcenter.lycee.example # vCenter, or a lone ESXi
  user: prof@vsphere.local
  # thumbprint: ...           # SHA-256 of its certificate, when it is self-signed
  # esxi: esxi1.lycee.example # host inside a vCenter that has several
  datastore: datastore1 # one datastore for all: g01-srvweb1; one each, "groupe{{{{ group }}}}": srvweb1
  model: modeleD9 # the golden machine; powered off, without snapshots
  staging: VM Network # the school's network, with DHCP

# Both networks are isolated, with a VLAN for each group; your switches must carry them.
inside: {{vlan: "{{{{ 100 + group }}}}"}} # 172.16.0.0/16
outside: {{vlan: "{{{{ 200 + group }}}}"}} # 192.16.193.0/24

router:
  host: "10.0.0.{{{{ group }}}}" # one router for each group; `router: none` when there is none
  outside: FastEthernet0/0
  inside: FastEthernet0/1

# What differs for one group:
# overrides:
#   7: {{router: none}}
""",
        (
            "# Une classe de TP pour esxlab. Ce qui n'est pas dit a la valeur du sujet ; toutes les "
            "clés : `esxlab spec`.\n"
            "# Aucun mot de passe ici : ils sont demandés, ou viennent de ESXLAB_VSPHERE_PASSWORD,\n"
            "# ESXLAB_GUEST_PASSWORD, ESXLAB_ROUTER_PASSWORD et ESXLAB_ROUTER_SECRET.\n\n"
            "class: sio2 # nom de la classe ; il marque tout ce que crée esxlab\n"
            "groups: 1-12 # 7, 1-5 ou 1-3,7\n"
            "scenario: ha # ha : partie 1, Heartbeat ; lb : partie 2, IPVS\n\n"
            "vsphere:\n"
            "  host: vcenter.lycee.example # vCenter, ou un ESXi seul\n"
            "  user: prof@vsphere.local\n"
            "  # thumbprint: ...           # SHA-256 de son certificat, s'il est auto-signé\n"
            "  # esxi: esxi1.lycee.example # hôte dans un vCenter qui en a plusieurs\n"
            "  datastore: datastore1 # une banque de données pour tous : g01-srvweb1 ; une chacun, "
            '"groupe{{{{ group }}}}" : srvweb1\n'
            "  model: modeleD9 # la machine modèle ; éteinte, sans instantané\n"
            "  staging: VM Network # le réseau de l'établissement, avec DHCP\n\n"
            "# Les deux réseaux sont isolés, avec un VLAN par groupe ; vos commutateurs doivent les "
            "porter.\n"
            'inside: {{vlan: "{{{{ 100 + group }}}}"}} # 172.16.0.0/16\n'
            'outside: {{vlan: "{{{{ 200 + group }}}}"}} # 192.16.193.0/24\n\n'
            "router:\n"
            "  host: \"10.0.0.{{{{ group }}}}\" # un routeur par groupe ; `router: none` s'il n'y en a "
            "pas\n  outside: FastEthernet0/0\n  inside: FastEthernet0/1\n\n"
            "# Ce qui diffère pour un groupe :\n# overrides:\n#   7: {{router: none}}\n"
        ),
    ),
}
