"""The class list: its columns, and what is odd in it."""

TEXTS = {
    "command.students.long": (
        (
            "The class list that the spec names (`students: class-list.csv`): check it, or show it.\n\n"
            "It is read on this computer, and goes nowhere else: no name is written to a datastore, a guest, "
            "a router or a journal."
        ),
        (
            "Vérifier ou montrer la liste de classe (`students: class-list.csv` dans la spec).\n\n"
            "Elle est lue sur cet ordinateur et n'en sort pas : aucun nom n'est écrit sur une banque de "
            "données, dans un système invité, sur un routeur ou dans un journal."
        ),
    ),
    "command.students_check.short": (
        "tell what is odd in the class list, with its line",
        "dire ce qui surprend dans la liste de classe, avec sa ligne",
    ),
    "command.students_check.long": (
        (
            "Tell what is odd in the class list, each with its line.\n\n"
            "Two students of one name, a student without a group, a group without a student, a row with more "
            "cells than headings, damaged letters and another encoding than UTF-8 or cp1252 are warnings; a "
            "group that the spec has not, a student in two groups and a row without a name end with exit "
            "code 2. Columns that are not read are named."
        ),
        (
            "Dire ce qui surprend dans la liste de classe, chaque fois avec sa ligne.\n\n"
            "Deux étudiants du même nom, un étudiant sans groupe, un groupe sans étudiant, une ligne avec "
            "plus de cellules que de titres, des lettres abîmées et un autre encodage qu'UTF-8 ou "
            "cp1252 sont des avertissements ; un groupe que la spec n'a pas, un étudiant dans deux groupes "
            "et une ligne sans nom donnent le code de sortie 2. Les colonnes qui ne sont pas lues sont "
            "nommées."
        ),
    ),
    "command.students_show.short": ("show the students by group", "montrer les étudiants par groupe"),
    "command.students_show.long": (
        "Show the students by group, as they are read from the class list.",
        "Montrer les étudiants par groupe, tels qu'ils sont lus dans la liste de classe.",
    ),
    "column.last_name": ("last name", "nom"),
    "column.first_name": ("first name", "prénom"),
    "column.mail": ("mail", "courriel"),
    "column.login": ("login", "identifiant"),
    "students.line": ("line {line}:", "ligne {line} :"),
    "students.total.one": ("{count} student in {groups}: {file}", "{count} étudiant dans {groups} : {file}"),
    "students.total.many": (
        "{count} students in {groups}: {file}",
        "{count} étudiants dans {groups} : {file}",
    ),
    "students.groups.one": ("{count} group", "{count} groupe"),
    "students.groups.many": ("{count} groups", "{count} groupes"),
    "students.quoted": ("`{heading}`", "« {heading} »"),
    "students.remark.no_name": (
        "a row without a name",
        "une ligne sans nom",
    ),
    "students.remark.no_group": (
        "{name} is in no group",
        "{name} n'est dans aucun groupe",
    ),
    "students.remark.unknown_group": (
        "{name}: the spec has no group `{group}`",
        "{name} : la spec n'a pas de groupe « {group} »",
    ),
    "students.remark.several_groups": (
        "{name} is in several groups: {group}; leave the one of this class",
        "{name} est dans plusieurs groupes : {group} ; laissez celui de cette classe",
    ),
    "students.remark.other_groups": (
        "{name} is in several groups: {group}; of these {number} is a group of the spec",
        "{name} est dans plusieurs groupes : {group} ; parmi eux, {number} est un groupe de la spec",
    ),
    "students.remark.damaged_name": (
        "{name}: letters of this name are damaged; write it anew, or export the list again as CSV (UTF-8)",
        (
            "{name} : des lettres de ce nom sont abîmées ; récrivez-le, ou exportez à nouveau la liste "
            "en CSV (UTF-8)"
        ),
    ),
    "students.remark.charset": (
        "read as {charset}: `{word}`; if that is wrong, save the list as CSV (UTF-8)",
        "lu comme {charset} : « {word} » ; si c'est faux, enregistrez la liste en CSV (UTF-8)",
    ),
    "students.remark.charset_doubtful": (
        (
            "read as {charset}: `{word}`; it may also be {other_charset}: `{other}`; "
            "to have no doubt, save the list as CSV (UTF-8)"
        ),
        (
            "lu comme {charset} : « {word} » ; ce peut être aussi {other_charset} : « {other} » ; "
            "pour lever le doute, enregistrez la liste en CSV (UTF-8)"
        ),
    ),
    "students.remark.unread_columns": (
        "columns that are not read: {names}",
        "colonnes qui ne sont pas lues : {names}",
    ),
    "students.remark.more_cells": (
        "{cells} cells below {headings} headings; a name with a comma goes between quotes",
        "{cells} cellules sous {headings} titres ; un nom avec une virgule se met entre guillemets",
    ),
    "students.remark.same_name": (
        "{name} is also in line {first}",
        "{name} est aussi à la ligne {first}",
    ),
    "students.remark.empty_group": (
        "group {group} has no student",
        "le groupe {group} n'a pas d'étudiant",
    ),
    "students.empty_groups": (
        "groups {groups} have no student",
        "les groupes {groups} n'ont pas d'étudiant",
    ),
    "students.remark.no_group_column": (
        "no column says the group; its heading may be one of: {names}",
        "aucune colonne ne dit le groupe ; son titre peut être l'un de : {names}",
    ),
    "error.students.not_named": (
        "the spec names no class list",
        "la spec ne nomme pas de liste de classe",
    ),
    "error.students.not_named.fix": (
        "write `students: class-list.csv` into it; the path is relative to the spec",
        "écrivez-y `students: class-list.csv` ; le chemin est relatif à la spec",
    ),
    "error.students.no_file": (
        "there is no such class list on this computer",
        "cette liste de classe n'est pas sur cet ordinateur",
    ),
    "error.students.no_file.fix": (
        "the path of `students:` is relative to the spec; nothing else needs the list",
        "le chemin de `students:` est relatif à la spec ; rien d'autre n'a besoin de la liste",
    ),
    "error.students.unreadable": (
        "the class list cannot be read",
        "la liste de classe n'est pas lisible",
    ),
    "error.students.unreadable.fix": (
        "open it in a spreadsheet and save it as CSV (UTF-8)",
        "ouvrez-la dans un tableur et enregistrez-la en CSV (UTF-8)",
    ),
    "error.students.not_installed": (
        "what reads XLSX and ODS is not installed",
        "ce qui lit les fichiers XLSX et ODS n'est pas installé",
    ),
    "error.students.not_installed.fix": (
        "`pipx install 'esxlab[students]'`, or save the list as CSV",
        "`pipx install 'esxlab[students]'`, ou enregistrez la liste en CSV",
    ),
    "error.students.no_heading": (
        "no row of the class list names its columns",
        "aucune ligne de la liste de classe ne nomme ses colonnes",
    ),
    "error.students.no_heading.fix": (
        "its first row names at least the name ({last_name}) and the group ({group})",
        "sa première ligne nomme au moins le nom ({last_name}) et le groupe ({group})",
    ),
    "error.students.two_columns": (
        "two columns of the class list say the same: {names}",
        "deux colonnes de la liste de classe disent la même chose : {names}",
    ),
    "error.students.two_columns.fix": (
        "rename the one that is not meant",
        "renommez celle qui n'est pas la bonne",
    ),
}
