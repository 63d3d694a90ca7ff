"""Finding whose something is, and the sheets."""

TEXTS = {
    "command.find.long": (
        (
            "Find whose a student, an address, a MAC, a machine, a router or a port group is.\n\n"
            "WORD is a part of a name, whatever its case and accents; an address is compared whole, a MAC in "
            "any spelling. The class list and the spec are searched; --live asks vSphere too, and changes "
            "nothing."
        ),
        (
            "Trouver à quel groupe est un étudiant, une adresse, une MAC, une machine, un routeur ou un "
            "groupe de ports.\n\n"
            "MOT est une partie d'un nom, quels que soient la casse et les accents ; une adresse est "
            "comparée en entier, une MAC dans toutes ses écritures. La recherche porte sur la liste de "
            "classe et la spec ; --live interroge aussi vSphere, et ne change rien."
        ),
    ),
    "option.find_live": (
        "search what is there too: one look at vSphere",
        "chercher aussi dans ce qui est en place : vSphere est consulté une fois",
    ),
    "metavar.word": ("WORD", "MOT"),
    "column.find_kind": ("what", "quoi"),
    "column.whose": ("whose", "à qui"),
    "column.value": ("value", "valeur"),
    "column.place": ("found in", "trouvé dans"),
    "find.kind.student": ("student", "étudiant"),
    "find.kind.mail": ("mail", "courriel"),
    "find.kind.login": ("login", "identifiant"),
    "find.kind.machine": ("machine", "machine"),
    "find.kind.address": ("address", "adresse"),
    "find.kind.mac": ("MAC", "MAC"),
    "find.kind.router": ("router", "routeur"),
    "find.kind.port_group": ("port group", "groupe de ports"),
    "find.place.list": ("class list", "liste de classe"),
    "find.place.spec": ("spec", "spec"),
    "find.place.there": ("vSphere", "vSphere"),
    "find.nothing": ("nothing has `{word}` in it", "rien ne contient « {word} »"),
    "command.sheet.long": (
        (
            "Write each group's sheet, one A4 page, as PDF and HTML: names, drawing, machines and addresses, "
            "logins, steps, pages to try, router, room for signatures.\n\n"
            "For several groups class.pdf has all of them, in the order of the class list, with bookmarks. "
            "Passwords are printed with --with-passwords only. Addresses are those of the spec, with --live "
            "also what is there now, and which machine has the shared address. Nothing is changed but files "
            "in the directory."
        ),
        (
            "Écrire la feuille de chaque groupe, une page A4, en PDF et en HTML : noms, schéma, machines et "
            "adresses, comptes, étapes, pages à essayer, routeur, place pour les signatures.\n\n"
            "Pour plusieurs groupes, class.pdf les contient tous, dans l'ordre de la liste de classe, avec "
            "des signets. Les mots de passe ne sont imprimés qu'avec --with-passwords. Les adresses sont "
            "celles de la spec, avec --live aussi ce qui est en place, et la machine qui porte l'adresse "
            "partagée. Rien n'est modifié, sauf les fichiers du dossier."
        ),
    ),
    "option.sheet_directory": (
        "where the files are written; made when it is not there",
        "où les fichiers sont écrits ; créé s'il n'existe pas",
    ),
    "option.sheet_format": ("only this form; both without it", "cette forme seulement ; sinon les deux"),
    "option.sheet_passwords": (
        "print generated passwords: the sheets are then secrets",
        "imprimer les mots de passe générés : les feuilles sont alors des secrets",
    ),
    "option.sheet_teacher": (
        "write teacher.pdf too: all groups, ports, questions, drills, answers",
        "écrire aussi teacher.pdf : tous les groupes, ports, questions, pannes, réponses",
    ),
    "option.sheet_live": (
        "print what is there too: one look at vSphere, one question to each server",
        "imprimer aussi ce qui est en place : vSphere est consulté une fois, et chaque serveur interrogé",
    ),
    "metavar.directory": ("DIRECTORY", "DOSSIER"),
    "sheet.written.one": ("{count} file written to {directory}", "{count} fichier écrit dans {directory}"),
    "sheet.written.many": (
        "{count} files written to {directory}",
        "{count} fichiers écrits dans {directory}",
    ),
    "sheet.class": ("Sheets of {name}", "Feuilles de {name}"),
    "sheet.teacher": ("{name}: the teacher's sheet", "{name} : la feuille de l'enseignant"),
    "sheet.machines": ("Machines", "Machines"),
    "sheet.networks": ("Networks", "Réseaux"),
    "sheet.router": ("Router", "Routeur"),
    "sheet.logins": ("Logins", "Comptes"),
    "sheet.pages": ("Pages to try", "Pages à essayer"),
    "sheet.steps": ("Steps", "Étapes"),
    "sheet.signatures": ("Names and signatures", "Noms et signatures"),
    "sheet.groups": ("Groups", "Groupes"),
    "sheet.checks": ("Questions of verify, groups {groups}", "Questions de verify, groupes {groups}"),
    "sheet.drills": ("Drills, groups {groups}", "Pannes provoquées, groupes {groups}"),
    "sheet.answers": ("Steps and answers, groups {groups}", "Étapes et réponses, groupes {groups}"),
    "sheet.inside": ("inside", "intérieur"),
    "sheet.outside": ("outside", "extérieur"),
    "sheet.all_machines": ("all machines", "toutes les machines"),
    "sheet.model_password": ("the model's", "celui du modèle"),
    "sheet.asked_for": ("ask the teacher", "à demander"),
    "sheet.nat": (
        "The router translates {outside} to {inside} (static NAT).",
        "Le routeur traduit {outside} en {inside} (NAT statique).",
    ),
    "sheet.at": ("at {machines}", "sur {machines}"),
    "sheet.nowhere": ("at no machine", "sur aucune machine"),
    "sheet.unknown": ("unknown", "inconnu"),
    "sheet.column.machine": ("machine", "machine"),
    "sheet.column.hostname": ("host name", "nom d'hôte"),
    "sheet.column.vm": ("in vSphere", "dans vSphere"),
    "sheet.column.inside": ("inside", "intérieur"),
    "sheet.column.outside": ("outside", "extérieur"),
    "sheet.column.there": ("now", "en ce moment"),
    "sheet.column.side": ("side", "côté"),
    "sheet.column.network": ("network", "réseau"),
    "sheet.column.port_group": ("port group", "groupe de ports"),
    "sheet.column.vlan": ("VLAN", "VLAN"),
    "sheet.column.interface": ("interface", "interface"),
    "sheet.column.address": ("address", "adresse"),
    "sheet.column.where": ("where", "où"),
    "sheet.column.user": ("user", "utilisateur"),
    "sheet.column.password": ("password", "mot de passe"),
    "sheet.column.from": ("from", "depuis"),
    "sheet.column.url": ("address", "adresse"),
    "sheet.column.group": ("group", "groupe"),
    "sheet.column.part": ("part", "partie"),
    "sheet.column.students": ("students", "étudiants"),
    "sheet.letters": (
        "group {group}: the PDF's font has not these letters of its names: {letters}; the HTML has them",
        "groupe {group} : la police du PDF n'a pas ces lettres des noms : {letters} ; le HTML les a",
    ),
    "sheet.column.esxi": ("ESXi", "ESXi"),
    "sheet.column.datastore": ("datastore", "banque de données"),
    "sheet.column.router": ("router", "routeur"),
    "sheet.column.port": ("outside", "extérieur"),
    "sheet.column.phrase": ("secret phrase", "phrase secrète"),
    "error.sheet.not_installed": (
        "what writes PDF is not installed",
        "ce qui écrit les PDF n'est pas installé",
    ),
    "error.sheet.not_installed.fix": (
        "`pipx install 'esxlab[sheets]'`, or `--format html`, which a browser prints",
        "`pipx install 'esxlab[sheets]'`, ou `--format html`, qu'un navigateur imprime",
    ),
    "error.students.not_usable": (
        "the class list has {count} rows that belong to nobody",
        "lignes de la liste de classe qui ne désignent personne : {count}",
    ),
    "error.students.not_usable.fix": (
        "`esxlab students check` names each with its line",
        "`esxlab students check` nomme chacune avec sa ligne",
    ),
}
