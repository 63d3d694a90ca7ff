"""Texts about the groups' secrets: generated passwords, secret phrases, their rotation."""

from __future__ import annotations

TEXTS = {
    "secret.new": (
        (
            "This computer had no secrets of the groups before this command: what was configured with others "
            "looks changed here. If another computer made these groups, copy its secrets.json to {directory} "
            "before you change anything."
        ),
        (
            "Cet ordinateur n'avait pas de secrets des groupes avant cette commande : ce qui a été configuré "
            "avec d'autres paraît modifié ici. Si un autre ordinateur a fait ces groupes, copiez son "
            "secrets.json dans {directory} avant de changer quoi que ce soit."
        ),
    ),
    "command.secrets.long": (
        "The passwords and secret phrases that esxlab makes for each group.",
        "Montrer ou changer les mots de passe et phrases secrètes qu'esxlab génère pour chaque groupe.",
    ),
    "command.secrets_show.short": ("print them", "afficher les secrets des groupes"),
    "command.secrets_show.long": (
        (
            "Print the secrets of the groups: secret phrases, and the passwords of those whose spec says "
            "`guest: {{password: generated}}`. It asks first: a projector may be on. Nothing is dialled."
        ),
        (
            "Afficher les secrets des groupes : phrases secrètes, et mots de passe de ceux dont la spec dit "
            "« guest: {{password: generated}} ». La commande demande d'abord : un projecteur est peut-être "
            "allumé. Aucun serveur n'est contacté."
        ),
    ),
    "command.secrets_rotate.short": ("give groups new ones", "donner de nouveaux secrets à des groupes"),
    "command.secrets_rotate.long": (
        (
            "Give groups a new secret phrase and, where it is generated, a new password. The plan is "
            "shown, then carried out; the machines concerned are restarted. When it is killed, run it "
            "again, or provision: both finish what was begun."
        ),
        (
            "Donner à des groupes une nouvelle phrase secrète et, s'il est généré, un nouveau mot de passe. "
            "Le plan est montré, puis exécuté ; les machines concernées sont redémarrées. Interrompue, "
            "relancez-la, ou `esxlab provision` : les deux finissent ce qui était commencé."
        ),
    ),
    "confirm.secrets_show": (
        "Show the secrets of {groups} on this screen?",
        "Afficher les secrets de {groups} sur cet écran ?",
    ),
    "confirm.secrets_rotate": (
        "Give these groups new secrets, and restart their machines?",
        "Donner de nouveaux secrets à ces groupes, et redémarrer leurs machines ?",
    ),
    "secrets.begun": (
        "group {group}: a rotation is not finished; its machines may still have the former secrets",
        "groupe {group} : renouvellement inachevé ; ses machines ont peut-être encore les anciens secrets",
    ),
    "secrets.finishing": (
        "group {group}: this finishes the rotation that was begun before",
        "groupe {group} : ceci termine le renouvellement commencé auparavant",
    ),
    "secrets.from_now": (
        "group {group}: nothing of it has to change now; new secrets hold from the next provision on",
        (
            "groupe {group} : rien à changer maintenant ; de nouveaux secrets s'appliqueront au prochain "
            "`esxlab provision`"
        ),
    ),
    "secrets.model": ("the model's", "celui du modèle"),
    "secrets.wanted": ("now", "actuel"),
    "secrets.former": ("former", "ancien"),
    "column.generation": ("rotations", "renouvellements"),
    "column.password": ("root's password", "mot de passe de root"),
    "column.phrase": ("secret phrase", "phrase secrète"),
    "spec.guest_password": (
        "set ESXLAB_GUEST_PASSWORD, or write `password: generated`",
        "définissez ESXLAB_GUEST_PASSWORD, ou écrivez « password: generated »",
    ),
    "error.spec.E317": (
        "esxlab logs in to the guests as root: {user} could not write what the exercise asks for",
        "esxlab se connecte aux machines en root : {user} ne pourrait pas écrire ce que demande le sujet",
    ),
    "error.spec.E317.fix": (
        "leave `user` out; the model must allow it: `PermitRootLogin yes` in /etc/ssh/sshd_config",
        "retirez « user » ; le modèle doit le permettre : « PermitRootLogin yes » dans /etc/ssh/sshd_config",
    ),
    "error.usage.show_secrets": (
        "secrets are printed on a terminal, after a question; there is none, and nothing was printed",
        "les secrets s'affichent sur un terminal, après une question ; il n'y en a pas, rien n'est affiché",
    ),
    "error.usage.show_secrets.fix": (
        "if what reads them is safe, run the same command with --yes",
        "si ce qui les lit est sûr, relancez la même commande avec --yes",
    ),
    "error.usage.rotate_groups": (
        "say whose secrets are to change",
        "dites de quels groupes les secrets doivent changer",
    ),
    "error.usage.rotate_groups.fix": (
        "for instance `esxlab secrets rotate --group 7`",
        "par exemple `esxlab secrets rotate --group 7`",
    ),
    "error.secret.elsewhere": (
        "the password of group {group}'s machines was generated on another computer; it is not known here",
        "le mot de passe des machines du groupe {group} a été généré sur un autre ordinateur ; inconnu ici",
    ),
    "error.secret.elsewhere.fix": (
        (
            "copy secrets.json from that computer to this one's data directory. Or set ESXLAB_GUEST_PASSWORD "
            "to what `esxlab secrets show -g {group}` prints there: provision then gives the group a "
            "password of this computer's. If nobody has it any more: `esxlab teardown -g {group}` needs none"
        ),
        (
            "copiez secrets.json de cet ordinateur-là dans le répertoire de données de celui-ci. Ou "
            "définissez ESXLAB_GUEST_PASSWORD avec ce qu'y affiche `esxlab secrets show -g {group}` "
            ": `esxlab provision` donne alors au groupe un mot de passe de cet ordinateur. Si plus "
            "personne ne l'a : `esxlab teardown -g {group}` n'en demande aucun"
        ),
    ),
    "error.secret.behind": (
        "the secrets of group {group} were rotated on another computer: this one would bring old ones back",
        "les secrets du groupe {group} ont été changés sur un autre ordinateur : celui-ci les remettrait",
    ),
    "error.secret.behind.fix": (
        "copy secrets.json from that computer again, or run `esxlab secrets rotate -g {group}` here",
        "recopiez secrets.json de cet ordinateur-là, ou lancez ici `esxlab secrets rotate -g {group}`",
    ),
    "error.secret.rotated": (
        "another run has just rotated the secrets of this group; nothing was done",
        "une autre exécution vient de changer les secrets de ce groupe ; rien n'a été fait",
    ),
    "error.secret.rotated.fix": (
        "look with `esxlab status`, and run the command again if the secrets are to change once more",
        "regardez avec `esxlab status`, et relancez la commande si les secrets doivent encore changer",
    ),
    "error.guest.login_generated": (
        "the guest refuses the password that was generated for {user}",
        "la machine refuse le mot de passe généré pour {user}",
    ),
    "error.guest.login_generated.fix": (
        (
            "no other was tried. Somebody has changed it in the guest: on its console, give root the one "
            "that `esxlab secrets show -g {group}` prints. Or it was generated on another computer, and "
            "ESXLAB_GUEST_PASSWORD is not it: copy secrets.json from there"
        ),
        (
            "aucun autre n'a été essayé. Quelqu'un l'a changé dans la machine : sur sa console, redonnez à "
            "root celui qu'affiche `esxlab secrets show -g {group}`. Ou il a été généré sur un autre "
            "ordinateur, et ESXLAB_GUEST_PASSWORD n'est pas le bon : copiez secrets.json de là-bas"
        ),
    ),
}
