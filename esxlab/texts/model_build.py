"""Texts of `esxlab model build`."""

TEXTS = {
    "command.model_build.short": (
        "make the model from an installer's ISO, or from a disk",
        "construire le modèle à partir d'une ISO d'installation ou d'un disque",
    ),
    "command.model_build.long": (
        (
            "Make the spec's model, or a machine of this NAME, from the Debian installer that `model.iso` in "
            "the spec names: as the sheet has it, without a key typed.\n\n"
            "The ISO is compared with its SHA-256 and gets the answers (seeds/model-preseed.cfg; root's "
            "password is that of ESXLAB_GUEST_PASSWORD), goes to the datastore, and installs in a new "
            "machine on the school's network. When that has switched itself off and said that it was "
            "carried out to its end, the drive is emptied and the ISO deleted.\n\n"
            "With --from it is made of a disk that you have: an exported machine (OVA, or OVF with its files "
            "beside it), a VMDK, a raw image; qcow2, VDI, VHD and VHDX where qemu-img is installed. The file "
            "is read to its end first; then it goes to the datastore as one sparse VMDK, and the host makes "
            "a thin disk of it.\n\n"
            "A run that was killed is gone on with by the next. A machine that esxlab did not build is never "
            "touched, and one that it built only with --rebuild. A free ESXi is reached over SSH; there is "
            "no picture of a stuck installer there. Afterwards: `esxlab model check`."
        ),
        (
            "Construire le modèle de la spec, ou une machine de ce NOM, avec l'installateur Debian désigné "
            "par `model.iso` dans la spec : comme dans le sujet, sans rien taper.\n\n"
            "L'ISO est comparée à son SHA-256, reçoit les réponses (seeds/model-preseed.cfg ; le mot de "
            "passe de root est celui de ESXLAB_GUEST_PASSWORD), part sur la banque de données et s'installe "
            "dans une nouvelle machine sur le réseau de l'établissement. Quand elle s'est éteinte et a dit "
            "être allée jusqu'au bout, le lecteur est vidé et l'ISO supprimée.\n\n"
            "Avec --from, il est fait d'un disque que vous avez : une machine exportée (OVA, ou OVF avec ses "
            "fichiers à côté), un VMDK, une image brute ; qcow2, VDI, VHD et VHDX si qemu-img est installé. "
            "Le fichier est d'abord lu en entier ; il part ensuite sur la banque de données en un seul VMDK "
            "creux, dont l'hôte fait un disque fin.\n\n"
            "Une exécution interrompue est reprise par la suivante. Une machine qu'esxlab n'a pas construite "
            "n'est jamais touchée, et celle qu'il a construite seulement avec --rebuild. Un ESXi gratuit est "
            "joint en SSH ; il n'y a alors pas d'image d'un installateur bloqué. Ensuite : `esxlab model "
            "check`."
        ),
    ),
    "option.from_disk": (
        "make it of this disk, or exported machine, instead of the ISO that the spec names",
        "le faire de ce disque, ou de cette machine exportée, au lieu de l'ISO désignée par la spec",
    ),
    "option.rebuild": (
        "make a model anew that esxlab has built already: its disk goes",
        "refaire un modèle qu'esxlab a déjà construit : son disque est supprimé",
    ),
    "option.patience": (
        "how long the installer may say nothing before it is taken for stuck",
        "durée de silence de l'installateur avant de le considérer comme bloqué",
    ),
    "confirm.model_build": ("Build this model?", "Construire ce modèle ?"),
    "model.plan.title": (
        "The model {where}, on {datastore}:",
        "Le modèle {where}, sur {datastore} :",
    ),
    "model.plan.stands": (
        "{name} is built; nothing to do",
        "{name} est construit ; rien à faire",
    ),
    "model.plan.other": (
        "{name} was built from other answers than the spec's of today; `--rebuild` makes it anew",
        "{name} a été construit avec d'autres réponses que celles de la spec ; `--rebuild` le refait",
    ),
    "model.plan.steps.one": ("{count} stage", "{count} étape"),
    "model.plan.steps.many": ("{count} stages", "{count} étapes"),
    "model.step.remaster": (
        "put the answers into a copy of {file}",
        "mettre les réponses dans une copie de {file}",
    ),
    "model.step.unpack": (
        "make one sparse VMDK of {file}, on this computer",
        "faire de {file} un seul VMDK creux, sur cet ordinateur",
    ),
    "model.step.upload": ("upload it to {folder}", "l'envoyer dans {folder}"),
    "model.step.destroy": (
        "destroy the machine {name} that is there",
        "détruire la machine {name} existante",
    ),
    "model.step.create": (
        "create {name}: {memory_mib} MiB, {disk_gib} GiB thin, one card on {network}, the ISO in its drive",
        (
            "créer {name} : {memory_mib} Mio, disque de {disk_gib} Gio en « thin », une carte sur "
            "{network}, l'ISO dans le lecteur"
        ),
    ),
    "model.step.create-bare": (
        "create {name}: {guest_id}, {firmware}, {memory_mib} MiB, one card on {network}, no disk yet",
        (
            "créer {name} : {guest_id}, {firmware}, {memory_mib} Mio, une carte sur {network}, "
            "pas encore de disque"
        ),
    ),
    "model.step.convert": (
        "have the host make a thin disk of {disk_gib} GiB of it",
        "en faire faire par l'hôte un disque fin de {disk_gib} Gio",
    ),
    "model.step.attach": (
        "give {name} that disk, on a controller {controller}",
        "donner ce disque à {name}, sur un contrôleur {controller}",
    ),
    "model.step.power-on": ("power {name} on", "allumer {name}"),
    "model.step.install": (
        "wait until Debian is installed and {name} is off",
        "attendre que Debian soit installé et {name} éteinte",
    ),
    "model.step.finish": (
        "empty the drive of {name}, not connected at power-on",
        "vider le lecteur de {name}, non connecté à la mise sous tension",
    ),
    "model.step.clean": (
        "delete {folder}, with what was uploaded",
        "supprimer {folder} et ce qui y a été envoyé",
    ),
    "model.built": (
        "{name} is built. See whether it will do: esxlab model check",
        "{name} est construit. Pour voir s'il convient : esxlab model check",
    ),
    "model.likely.language": (
        "it asks for language or keyboard: it does not know `locale` or `keymap` of the spec",
        "il demande la langue ou le clavier : `locale` ou `keymap` de la spec lui est inconnu",
    ),
    "model.likely.medium": (
        "it cannot read its CD: the ISO is damaged, or the drive was disconnected",
        "il ne lit pas son CD : l'ISO est abîmée, ou le lecteur a été déconnecté",
    ),
    "model.likely.network": (
        "it finds no card, or asks for an address: no DHCP on the school's network",
        "il ne trouve pas de carte, ou demande une adresse : pas de DHCP sur le réseau de l'établissement",
    ),
    "model.likely.mirror": (
        "the mirror does not answer, or has not this release: `guest.mirror` in the spec",
        "le miroir ne répond pas, ou n'a pas cette version : `guest.mirror` dans la spec",
    ),
    "model.likely.password": ("it asks for root's password", "il demande le mot de passe de root"),
    "model.likely.disk": (
        "it asks about the disk: it found none, or another one than /dev/sda",
        "il pose une question sur le disque : aucun trouvé, ou un autre que /dev/sda",
    ),
    "model.likely.packages": (
        "a package cannot be had from the ISO or the mirror",
        "un paquet n'est ni sur l'ISO ni sur le miroir",
    ),
    "model.likely.busy": (
        "no question: it computes all the time, a step that goes round in circles or is very slow",
        "pas de question : il calcule sans arrêt, une étape qui tourne en rond ou qui est très lente",
    ),
    "model.likely.unknown": ("see the picture", "voyez l'image"),
    "error.model.no_iso": (
        "the spec names no installer's ISO for the model",
        "la spec ne désigne aucune ISO d'installation pour le modèle",
    ),
    "error.model.no_iso.fix": (
        "model: {{iso: debian-9.13.0-i386-netinst.iso, sha256: ...}}; esxlab downloads none; or --from DISK",
        (
            "model: {{iso: debian-9.13.0-i386-netinst.iso, sha256: ...}} ; esxlab n'en télécharge aucune. "
            "Ou --from avec un disque"
        ),
    ),
    "error.model.no_sha256": (
        "the spec does not say the SHA-256 of the ISO; it is {found}",
        "la spec ne dit pas le SHA-256 de l'ISO ; c'est {found}",
    ),
    "error.model.no_sha256.fix": (
        "if SHA256SUMS beside the ISO in Debian's archive says the same: `model.sha256` in the spec",
        (
            "si SHA256SUMS, à côté de l'ISO dans l'archive de Debian, indique le même : `model.sha256` "
            "dans la spec"
        ),
    ),
    "error.model.iso_release": (
        "the ISO is Debian {found}, and the spec says {wanted}",
        "l'ISO est Debian {found}, et la spec dit {wanted}",
    ),
    "error.model.iso_release.fix": (
        "another `model.iso`, or `model.release: {found}`",
        "une autre `model.iso`, ou `model.release: {found}`",
    ),
    "error.model.no_mirror": (
        "a netinst ISO has not the packages that the model needs, and the spec names no mirror",
        "une ISO netinst n'a pas les paquets du modèle, et la spec ne nomme aucun miroir",
    ),
    "error.model.no_mirror.fix": (
        "take DVD-1 instead, or name a mirror: `guest.mirror`",
        "prenez plutôt le DVD-1, ou nommez un miroir : `guest.mirror`",
    ),
    "error.model.not_installed": (
        "what reads and writes ISO images is not installed",
        "ce qui lit et écrit les images ISO n'est pas installé",
    ),
    "error.model.not_installed.fix": (
        "`pipx install 'esxlab[model]'`",
        "`pipx install 'esxlab[model]'`",
    ),
    "error.model.several": (
        "the groups have several models: {models}",
        "les groupes ont plusieurs modèles : {models}",
    ),
    "error.model.several.fix": (
        "name groups of one of them: `-g 1`",
        "désignez des groupes de l'un d'eux : `-g 1`",
    ),
    "error.model.foreign": (
        "a machine called {name} is there that esxlab did not build, or has been moved since",
        "il existe une machine {name} qu'esxlab n'a pas construite, ou qui a été déplacée depuis",
    ),
    "error.model.foreign.fix": (
        "keep it as the model (`esxlab model check`), or build another one: `esxlab model build NAME`",
        "gardez-la comme modèle (`esxlab model check`), ou choisissez : `esxlab model build NOM`",
    ),
    "error.model.folder_taken": (
        "the folder of the new model is there already, and something is in it",
        "le dossier du nouveau modèle existe déjà, et il n'est pas vide",
    ),
    "error.model.folder_taken.fix": (
        "delete or rename it in the datastore browser if it is nobody's, or build another NAME",
        "supprimez-le ou renommez-le dans l'explorateur de la banque de données, ou choisissez un autre NOM",
    ),
    "error.model.copied": (
        "disks are being copied on this server, perhaps this model's",
        "des disques sont en cours de copie sur ce serveur, peut-être celui de ce modèle",
    ),
    "error.model.copied.fix": ("wait until they are copied", "attendez la fin des copies"),
    "error.model.linked": (
        "the groups' machines are linked clones: without this model's disk none of them starts",
        "les machines des groupes sont des clones liés : sans le disque de ce modèle, aucune ne démarre",
    ),
    "error.model.linked.fix": (
        "build another NAME, and let `vsphere.model` name it",
        "construisez-en un autre NOM, et désignez-le par `vsphere.model`",
    ),
    "error.model.unfinished": (
        "the model is not finished: its installation has not ended, or not well",
        "le modèle n'est pas fini : son installation n'est pas terminée, ou a échoué",
    ),
    "error.model.unfinished.fix": ("esxlab model build", "esxlab model build"),
    "error.model.vanished": (
        "the machine {name} that was being built is gone",
        "la machine {name} en construction a disparu",
    ),
    "error.model.vanished.fix": ("build again", "relancez la construction"),
    "error.model.upload_cut": (
        "of what was sent only {size} of {sent} bytes have arrived",
        "de l'envoi, seuls {size} octets sur {sent} sont arrivés",
    ),
    "error.model.upload_cut.fix": (
        "build again; look whether the datastore is full",
        "relancez la construction ; vérifiez que la banque de données n'est pas pleine",
    ),
    "error.model.question": (
        "vSphere asks a question about the machine, and nobody answers. Its console: {screen}",
        "vSphere pose une question sur la machine, et personne n'y répond. Sa console : {screen}",
    ),
    "error.model.question.fix": (
        "answer it in the vSphere client, then build again: it goes on from there",
        "répondez dans le client vSphere, puis relancez la construction : elle reprend de là",
    ),
    "error.model.step_failed": (
        "a step of the installer has failed: {item}. Likely: {likely}. Its console: {screen}",
        "une étape de l'installateur a échoué : {item}. Probablement : {likely}. Sa console : {screen}",
    ),
    "error.model.step_failed.fix": (
        "mend the cause, power the machine off, and build again: it is made anew",
        "corrigez la cause, éteignez la machine, puis relancez la construction : elle est refaite",
    ),
    "error.model.stuck": (
        (
            "the installer has said nothing for {minutes} min, at {item}. Likely: {likely}. "
            "Its console: {screen}"
        ),
        (
            "l'installateur ne dit rien depuis {minutes} min, à {item}. Probablement : {likely}. "
            "Sa console : {screen}"
        ),
    ),
    "error.model.stuck.fix": (
        (
            "answer it on the machine's console and build again, which goes on waiting; or mend the cause, "
            "power the machine off, and build again: it is made anew"
        ),
        (
            "répondez sur la console de la machine et relancez : l'attente reprend ; ou corrigez la cause, "
            "éteignez la machine et relancez : elle est refaite"
        ),
    ),
    "error.model.no_proof": (
        "the machine is off, and its installer has not said its last word; it was at {item}",
        "la machine est éteinte, et son installateur n'a pas dit son dernier mot ; il en était à {item}",
    ),
    "error.model.no_proof.fix": (
        "somebody powered it off, or the last commands failed. Build again: it is made anew",
        "quelqu'un l'a éteinte, ou les dernières commandes ont échoué. Relancez : elle est refaite",
    ),
    "error.model.halted": ("stopped on the way", "arrêté en cours de route"),
    "error.model.halted.fix": (
        "build again: it goes on from there",
        "relancez : la construction reprend de là",
    ),
}
