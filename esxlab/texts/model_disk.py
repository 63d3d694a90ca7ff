"""Texts about a disk that a model is made of."""

TEXTS = {
    "error.model.disk_unread": (
        "the disk's file cannot be read: it is damaged, or was not copied to its end",
        "impossible de lire le fichier du disque : il est abîmé, ou n'a pas été copié en entier",
    ),
    "error.model.disk_unread.fix": (
        "copy or export it again, and look whether the path is right",
        "copiez-le ou exportez-le à nouveau, et vérifiez le chemin",
    ),
    "error.model.disk_kind": (
        "this is no disk that esxlab reads: {said}",
        "ce n'est pas un disque qu'esxlab sait lire : {said}",
    ),
    "error.model.disk_kind.fix": (
        (
            "an OVA, an OVF, a VMDK (of a descriptor and its files: the descriptor), or a raw image called "
            "*.raw or *.img; qcow2, VDI, VHD or VHDX with qemu-img"
        ),
        (
            "une OVA, un OVF, un VMDK (d'un descripteur et de ses fichiers : le descripteur), ou une image "
            "brute nommée *.raw ou *.img ; qcow2, VDI, VHD ou VHDX avec qemu-img"
        ),
    ),
    "error.model.disk_delta": (
        "this disk holds only what has changed since a snapshot, or since the disk that it is a clone of",
        "ce disque ne contient que les modifications depuis un instantané, ou depuis le disque cloné",
    ),
    "error.model.disk_delta.fix": (
        "delete the snapshots (or make a full clone), then export the machine",
        "supprimez les instantanés (ou faites un clone complet), puis exportez la machine",
    ),
    "error.model.disk_encrypted": (
        "this disk is encrypted",
        "ce disque est chiffré",
    ),
    "error.model.disk_encrypted.fix": (
        "take the encryption away where the machine runs, then export it",
        "supprimez le chiffrement là où la machine fonctionne, puis exportez-la",
    ),
    "error.model.disk_extent": (
        "{name}, which belongs to the disk, is not beside it, or is too short",
        "{name}, qui appartient au disque, n'est pas à côté de lui, ou est trop court",
    ),
    "error.model.disk_extent.fix": (
        "copy all files of the disk into one folder",
        "copiez tous les fichiers du disque dans un même dossier",
    ),
    "error.model.disk_controller": (
        "the exported machine's disk is on a controller that esxlab gives to no machine: {said}",
        "le disque de la machine exportée est sur un contrôleur qu'esxlab ne donne à aucune machine : {said}",
    ),
    "error.model.disk_controller.fix": (
        "put it on a SCSI, SATA or IDE controller, see that the machine starts, and export it again",
        "mettez-le sur un contrôleur SCSI, SATA ou IDE, vérifiez qu'elle démarre, et exportez-la à nouveau",
    ),
    "error.model.ova_several": (
        "the exported machine has {count} disks, and a model has one",
        "la machine exportée a {count} disques, et un modèle en a un seul",
    ),
    "error.model.ova_several.fix": (
        "export a machine with one disk",
        "exportez une machine qui n'a qu'un disque",
    ),
    "error.model.ova_packed": (
        "the exported machine's disk is compressed or cut into pieces: {how}",
        "le disque de la machine exportée est compressé ou découpé : {how}",
    ),
    "error.model.ova_packed.fix": (
        "export it anew without: ovftool compresses only with --compress, and cuts only with --chunkSize",
        "exportez-la sans cela : ovftool ne compresse qu'avec --compress, et ne découpe qu'avec --chunkSize",
    ),
    "error.model.ova_checksum": (
        "{name} is not what the manifest of the exported machine says",
        "{name} n'est pas ce que dit le manifeste de la machine exportée",
    ),
    "error.model.ova_checksum.fix": (
        "it was damaged on the way, or changed: copy or export it again",
        "il a été abîmé en route, ou modifié : copiez ou exportez à nouveau",
    ),
    "error.model.no_qemu_img": (
        "a disk of the kind {kind} is read by qemu-img, which is not installed",
        "un disque de type {kind} se lit avec qemu-img, qui n'est pas installé",
    ),
    "error.model.no_qemu_img.fix": (
        "`apt install qemu-utils`, or export the machine as OVA",
        "`apt install qemu-utils`, ou exportez la machine en OVA",
    ),
    "error.model.qemu_img": (
        "qemu-img cannot read this disk",
        "qemu-img ne peut pas lire ce disque",
    ),
    "error.model.qemu_img.fix": (
        "the lines above are qemu-img's; export the machine again",
        "les lignes ci-dessus sont de qemu-img ; exportez la machine à nouveau",
    ),
}
