"""Texts of the vSphere backend: the connection, what a server refused, what ended in mid-work."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # The connection.
    "error.vsphere.login": (
        "{host} refused the user name or the password of {user}",
        "{host} a refusé le nom d'utilisateur ou le mot de passe de {user}",
    ),
    "error.vsphere.login.fix": (
        (
            "check the password; it was tried only once. After a few wrong ones, whoever typed them, an ESXi "
            "host refuses even the right one for 15 minutes: then wait, and run the same command again"
        ),
        (
            "vérifiez le mot de passe ; il n'a été essayé qu'une fois. Après quelques essais "
            "erronés, quel qu'en soit l'auteur, un hôte ESXi refuse même le bon pendant 15 minutes : "
            "alors attendez, puis relancez la même commande"
        ),
    ),
    "error.vsphere.session": (
        "the vSphere session has ended and could not be renewed",
        "la session vSphere a pris fin et n'a pas pu être renouvelée",
    ),
    "error.vsphere.session.fix": (
        "run the same command again",
        "relancez la même commande",
    ),
    "error.vsphere.unreachable": (
        "no connection to {host}",
        "pas de connexion à {host}",
    ),
    "error.vsphere.unreachable.fix": (
        "check the name, the port and the network, then run the same command again",
        "vérifiez le nom, le port et le réseau, puis relancez la même commande",
    ),
    "error.vsphere.silent": (
        "{host} does not answer",
        "{host} ne répond pas",
    ),
    "error.vsphere.silent.fix": (
        "see whether its management services are overloaded or down, then run the same command again",
        "regardez si ses services de gestion sont surchargés ou arrêtés, puis relancez la même commande",
    ),
    "error.vsphere.certificate": (
        (
            "the certificate of {host} is not the expected one: it shows the SHA-256 {seen}, pinned is "
            "{pinned}"
        ),
        (
            "le certificat de {host} n'est pas celui attendu : il présente le SHA-256 {seen}, épinglé : "
            "{pinned}"
        ),
    ),
    "error.vsphere.certificate.fix": (
        (
            "compare this fingerprint with the one on the server's own console; if they agree, write it "
            "into the spec as thumbprint, or use `esxlab trust`"
        ),
        (
            "comparez cette empreinte à celle de la console du serveur ; si elles concordent, "
            "écrivez-la dans la spec comme thumbprint, ou utilisez `esxlab trust`"
        ),
    ),
    "error.vsphere.too_slow": (
        "the answer of {host} was not whole after {seconds} s, though it went on sending",
        "la réponse de {host} n'était pas complète au bout de {seconds} s, alors qu'il envoyait toujours",
    ),
    "error.vsphere.too_slow.fix": (
        (
            "see what is slow between here and the server (its load, a VPN, a proxy), or whether it is a "
            "vSphere server at all; then run the same command again"
        ),
        (
            "cherchez ce qui est lent entre ici et le serveur (sa charge, un VPN, un proxy), ou si c'est "
            "bien un serveur vSphere ; puis relancez la même commande"
        ),
    ),
    "error.vsphere.taken_slowly": (
        "{host} had not taken the whole file after {seconds} s, though it went on taking it",
        "{host} n'avait pas pris le fichier entier au bout de {seconds} s, alors qu'il en prenait toujours",
    ),
    "error.vsphere.taken_slowly.fix": (
        (
            "see what is slow between here and the server (its load, a VPN, a proxy), or run the command "
            "on a computer that is nearer to it; then run the same command again"
        ),
        (
            "cherchez ce qui est lent entre ici et le serveur (sa charge, un VPN, un proxy), ou lancez la "
            "commande depuis un ordinateur plus proche ; puis relancez-la"
        ),
    ),
    "error.vsphere.too_big": (
        "{host} answers with more than {limit} bytes in one piece: not read to its end",
        "{host} répond par plus de {limit} octets d'un seul tenant : sa réponse n'a pas été lue en entier",
    ),
    "error.vsphere.too_big.fix": (
        "check that host and port are those of your server: no vSphere server has a reason to",
        (
            "vérifiez que l'hôte et le port sont bien ceux de votre serveur : aucun serveur vSphere n'a de "
            "raison de répondre ainsi"
        ),
    ),
    "error.vsphere.too_deep": (
        "{host} answers with more elements than any vSphere server has, or deeper ones (more than {limit})",
        "{host} répond par plus d'éléments qu'aucun serveur vSphere, ou plus imbriqués (plus de {limit})",
    ),
    "error.vsphere.too_deep.fix": (
        "check that host and port are those of your server",
        "vérifiez que l'hôte et le port sont bien ceux de votre serveur",
    ),
    "error.vsphere.garbled": (
        "the answer of {host} broke off, or is no HTTP",
        "la réponse de {host} s'est interrompue, ou n'est pas du HTTP",
    ),
    "error.vsphere.garbled.fix": (
        "check the port and what stands between here and the server, then run the same command again",
        "vérifiez le port et ce qui se trouve entre ici et le serveur, puis relancez la même commande",
    ),
    "error.vsphere.not_vsphere": (
        "what answers at {host} does not speak as a vSphere server does",
        "ce qui répond à {host} ne parle pas comme un serveur vSphere",
    ),
    "error.vsphere.not_vsphere.fix": (
        (
            "check host and port; a web page comes from the login page of a network (a captive portal) or "
            "from a proxy in between: sign in there first, or reach the server directly (esxlab uses none)"
        ),
        (
            "vérifiez l'hôte et le port ; une page web vient de la page de connexion d'un réseau (un portail "
            "captif) ou d'un proxy intermédiaire : identifiez-vous-y d'abord, ou joignez le serveur "
            "directement (esxlab n'utilise aucun proxy)"
        ),
    ),
    "error.vsphere.redirected": (
        "{host} sends its visitors on to {target}: not followed, nothing was sent there",
        "{host} renvoie ses visiteurs vers {target} : non suivi, rien n'y a été envoyé",
    ),
    "error.vsphere.redirected.fix": (
        "if that is your server, name it so in the spec (vsphere.host, vsphere.port); else check the network",
        (
            "si c'est bien votre serveur, nommez-le ainsi dans la spec (vsphere.host, vsphere.port) "
            "; sinon vérifiez le réseau"
        ),
    ),
    "error.vsphere.unavailable": (
        "{host} answers HTTP {status}: its services are starting, stopping or overloaded",
        "{host} répond HTTP {status} : ses services démarrent, s'arrêtent ou sont surchargés",
    ),
    "error.vsphere.unavailable.fix": (
        (
            "a vCenter needs up to a quarter of an hour to start; when its web page opens, run the same "
            "command again"
        ),
        (
            "un vCenter met jusqu'à un quart d'heure à démarrer ; quand sa page web s'ouvre, relancez la "
            "même commande"
        ),
    ),
    "error.vsphere.bad_time": (
        "the clock of {host} shows the year {year}: nothing can be reckoned by it, and so no group locked",
        "l'horloge de {host} indique l'an {year} : aucun calcul n'est possible, donc aucun verrou de groupe",
    ),
    "error.vsphere.bad_time.fix": (
        "set its clock (NTP), then run the same command again",
        "mettez-la à l'heure (NTP), puis relancez la même commande",
    ),
    "error.vsphere.lost": (
        "the connection broke while {what} was being changed; nobody knows yet whether it was done",
        "la connexion s'est rompue pendant une modification de {what} ; on ignore encore si elle a été faite",
    ),
    "error.vsphere.lost.fix": (
        "run the same command again: it looks first, and goes on from there",
        "relancez la même commande : elle regarde d'abord, puis continue à partir de là",
    ),
    "error.vsphere.cancelled": (
        "stopped while waiting for {what}",
        "arrêté pendant l'attente de {what}",
    ),
    "error.vsphere.cancelled.fix": (
        "what the server had begun goes on there; the same command takes it up again",
        "ce que le serveur a commencé s'y poursuit ; la même commande le reprendra",
    ),
    "error.vsphere.timed_out": (
        "nothing has moved for too long while waiting for {what}",
        "rien n'avance plus depuis trop longtemps pendant l'attente de {what}",
    ),
    "error.vsphere.timed_out.fix": (
        "look at the server's recent tasks; the same command goes on from there",
        "regardez les tâches récentes du serveur ; la même commande reprendra à partir de là",
    ),
    "error.vsphere.licence": (
        "the licence of this ESXi host makes its API read-only",
        "la licence de cet hôte ESXi rend son API accessible en lecture seule",
    ),
    "error.vsphere.licence.fix": (
        "enter an evaluation or a paid licence; or switch SSH on on the lone host, without `writes: api`",
        "saisissez une licence d'évaluation ou payante ; ou activez SSH sur l'hôte seul, sans `writes: api`",
    ),
    "error.vsphere.licence_expired": (
        "the licence of the server has expired, or does not cover this host; needed for {what}",
        "la licence du serveur a expiré, ou ne couvre pas cet hôte ; nécessaire pour {what}",
    ),
    "error.vsphere.licence_expired.fix": (
        "have an administrator enter a valid licence, then run the same command again",
        "demandez à un administrateur de saisir une licence valide, puis relancez la même commande",
    ),
    "error.vsphere.password_expired": (
        "the password is right, but it has expired; nothing was done on {what}",
        "le mot de passe est juste, mais il a expiré ; rien n'a été fait sur {what}",
    ),
    "error.vsphere.password_expired.fix": (
        "sign in to the server's web page, which asks for a new one; then run the same command with that",
        "connectez-vous à la page web du serveur, qui en demande un nouveau ; puis relancez avec celui-ci",
    ),
    "error.vsphere.method_disabled": (
        "another program (often a backup) has switched off on the server what {what} needs",
        "un autre programme (souvent une sauvegarde) a désactivé sur le serveur ce qu'il faut pour {what}",
    ),
    "error.vsphere.method_disabled.fix": (
        "wait until it has ended; if it died, an administrator lifts the block in the vCenter",
        "attendez qu'il ait fini ; s'il a planté, un administrateur peut lever le blocage dans le vCenter",
    ),
    "error.vsphere.question": (
        "{what} waits for somebody to answer a question of its own",
        "{what} attend que quelqu'un réponde à une question qu'elle pose",
    ),
    "error.vsphere.question.fix": (
        "open it in the vSphere client, answer the question, then run the same command again",
        "ouvrez-la dans le client vSphere, répondez à la question, puis relancez la même commande",
    ),
    "error.vsphere.no_failover": (
        "the cluster keeps its remaining resources for a failed host, so {what} may not start",
        "le cluster réserve ses ressources restantes à un hôte en panne : {what} ne peut pas démarrer",
    ),
    "error.vsphere.no_failover.fix": (
        "power off what is not needed, or have vSphere HA's admission control relaxed",
        "éteignez ce qui n'est pas nécessaire, ou faites assouplir le contrôle d'admission de vSphere HA",
    ),
    "error.vsphere.invalid_argument": (
        "the server does not take the value of {key}, for {what}",
        "le serveur n'accepte pas la valeur de {key}, pour {what}",
    ),
    "error.vsphere.invalid_argument.fix": (
        (
            "`configSpec.guestId` is hardware.guest_id in the spec, memoryMB and numCPUs are memory_mib and "
            "cpus: choose what this server and the hardware version know; else please report it"
        ),
        (
            "`configSpec.guestId` est hardware.guest_id dans la spec, memoryMB et numCPUs sont "
            "memory_mib et cpus : choisissez ce que ce serveur et la version de matériel connaissent "
            "; sinon, merci de le signaler"
        ),
    ),
    "error.vsphere.host_config": (
        "the ESXi host could not carry out the change of its configuration, for {what}",
        "l'hôte ESXi n'a pas pu appliquer le changement de sa configuration, pour {what}",
    ),
    "error.vsphere.host_config.fix": (
        (
            "`Out of resources`: the host has no port or port group left: remove port groups that nobody "
            "needs, or spread the groups over several hosts; else see the host's log (vmkernel.log)"
        ),
        (
            "`Out of resources` : l'hôte n'a plus de port ni de groupe de ports libre : supprimez ceux dont "
            "personne n'a besoin, ou répartissez les groupes sur plusieurs hôtes ; sinon, voyez le journal "
            "de l'hôte (vmkernel.log)"
        ),
    ),
    "error.vsphere.cannot_create": (
        "the datastore does not let {what} be made",
        "la banque de données ne laisse pas créer {what}",
    ),
    "error.vsphere.cannot_create.fix": (
        (
            "vSAN and vVol take no folder at their root: name a VMFS or NFS datastore in the spec "
            "(datastore); on another kind see in the vSphere client whether it is read-only or full"
        ),
        (
            "vSAN et vVol n'acceptent aucun dossier à leur racine : nommez une banque de données "
            "VMFS ou NFS dans la spec (datastore) ; pour une autre, regardez dans le client vSphere "
            "si elle est en lecture seule ou pleine"
        ),
    ),
    "error.vsphere.old_api": (
        "the server is too old: it does not speak the version of the vSphere API that esxlab needs",
        "le serveur est trop ancien : il ne parle pas la version de l'API vSphere qu'il faut à esxlab",
    ),
    "error.vsphere.old_api.fix": (
        "update the server, or name a newer one in the spec (vsphere.host)",
        "mettez le serveur à jour, ou nommez-en un plus récent dans la spec (vsphere.host)",
    ),
    "error.vsphere.machine_refused": (
        "the host does not take the hardware of {what}: its own message names what of it",
        "l'hôte n'accepte pas le matériel de {what} : son propre message dit ce qui ne va pas",
    ),
    "error.vsphere.machine_refused.fix": (
        (
            "change that in the spec (`hardware`: guest_id, cpus, memory_mib, nic_type, scsi_type), or take "
            "the device off the model"
        ),
        (
            "changez-le dans la spec (`hardware` : guest_id, cpus, memory_mib, nic_type, scsi_type), ou "
            "retirez ce périphérique du modèle"
        ),
    ),
    "error.vsphere.component_away": (
        "the host cannot reach something that {what} needs: a network, a disk, or a device",
        "l'hôte n'atteint pas ce dont {what} a besoin : un réseau, un disque ou un périphérique",
    ),
    "error.vsphere.component_away.fix": (
        "see in the client that this host has the network and mounts the datastore, or name another host",
        (
            "vérifiez dans le client que cet hôte a le réseau et monte la banque de données, ou indiquez un "
            "autre hôte"
        ),
    ),
    "error.vsphere.disk_format": (
        "the disk of {what} has a format that this host does not run, as of VMware Workstation or Fusion",
        (
            "le disque de {what} est dans un format que cet hôte n'exécute pas, comme celui de VMware "
            "Workstation ou Fusion"
        ),
    ),
    "error.vsphere.disk_format.fix": (
        "convert the model's disk on the host (vmkfstools -i SOURCE TARGET), or import the model anew as OVF",
        (
            "convertissez le disque du modèle sur l'hôte (vmkfstools -i SOURCE CIBLE), ou réimportez le "
            "modèle en OVF"
        ),
    ),
    "error.vsphere.datastore_refused": (
        "a datastore of {what} cannot be used on this host: not mounted, not accessible, or read only",
        (
            "une banque de données de {what} est inutilisable sur cet hôte : non montée, inaccessible ou en "
            "lecture seule"
        ),
    ),
    "error.vsphere.datastore_refused.fix": (
        "see in the client that the host mounts it for writing, or name another datastore in the spec",
        "vérifiez dans le client que l'hôte la monte en écriture, ou indiquez-en une autre dans la spec",
    ),
    "error.vsphere.no_compatible_host": (
        "no host of the cluster can run {what}",
        "aucun hôte du cluster ne peut exécuter {what}",
    ),
    "error.vsphere.no_compatible_host.fix": (
        "name the ESXi host in the spec (vsphere.esxi), or see in the client why the hosts are not fit",
        (
            "indiquez l'hôte ESXi dans la spec (vsphere.esxi), ou regardez dans le client pourquoi les "
            "hôtes ne conviennent pas"
        ),
    ),
    "error.vsphere.state": (
        "in its present state, {what} does not allow that",
        "dans son état actuel, {what} ne le permet pas",
    ),
    "error.vsphere.state.fix": (
        "look at it in the client: what goes on there, or waits for an answer; then run the command again",
        ("regardez-la dans le client : ce qui s'y passe, ou attend une réponse ; puis relancez la commande"),
    ),
    "error.vsphere.dvs_not_authorized": (
        "the distributed switch lets only another program or account change it, for {what}",
        "le commutateur distribué ne peut être modifié que par un autre programme ou compte, pour {what}",
    ),
    "error.vsphere.dvs_not_authorized.fix": (
        "have its owner make the port groups, and name them in the spec with `existing: true`",
        "faites créer les groupes de ports par son propriétaire, et nommez-les avec `existing: true`",
    ),
    "error.vsphere.hardware_version": (
        "the model's virtual hardware is newer than the host of {what} can run",
        "le matériel virtuel du modèle est plus récent que ce que l'hôte de {what} peut exécuter",
    ),
    "error.vsphere.hardware_version.fix": (
        "use a newer host, or a model made with an older hardware version",
        "utilisez un hôte plus récent, ou un modèle créé avec une version de matériel plus ancienne",
    ),
    "error.vsphere.permission": (
        "the user lacks the privilege {privilege} on {object}, for {what}",
        "le compte n'a pas le privilège {privilege} sur {object}, pour {what}",
    ),
    "error.vsphere.permission.fix": (
        (
            "have an administrator grant this privilege on that object (the whole role: `esxlab role "
            "print`), then run the same command again"
        ),
        (
            "demandez à un administrateur d'accorder ce privilège sur cet objet (le rôle entier : `esxlab "
            "role print`), puis relancez la même commande"
        ),
    ),
    # What the server refused.
    "error.vsphere.refused": (
        "the server refused {what}",
        "le serveur a refusé {what}",
    ),
    "error.vsphere.refused.fix": (
        "the server's own message says why; mend that and run the same command again",
        "le message du serveur dit pourquoi ; corrigez cela et relancez la même commande",
    ),
    "error.vsphere.disk_full": (
        "the datastore ran full while {what} was being written",
        "la banque de données s'est remplie pendant l'écriture de {what}",
    ),
    "error.vsphere.disk_full.fix": (
        "free space on it, then run the same command again",
        "libérez de la place, puis relancez la même commande",
    ),
    "error.vsphere.exists": (
        "{what} exists already",
        "{what} existe déjà",
    ),
    "error.vsphere.exists.fix": (
        "see whose it is; esxlab does not touch what is not its own",
        "regardez à qui il appartient ; esxlab ne touche pas à ce qui n'est pas à lui",
    ),
    "error.vsphere.file_missing": (
        "a file is missing for {what}",
        "un fichier manque pour {what}",
    ),
    "error.vsphere.file_missing.fix": (
        "run the same command again: it looks at the folder first",
        "relancez la même commande : elle regarde d'abord le dossier",
    ),
    "error.vsphere.file_refused": (
        "the datastore answered HTTP {status} to a small file",
        "la banque de données a répondu HTTP {status} pour un petit fichier",
    ),
    "error.vsphere.file_refused.fix": (
        "the user needs the privileges Datastore.Browse and Datastore.FileManagement",
        "le compte a besoin des privilèges Datastore.Browse et Datastore.FileManagement",
    ),
    "error.vsphere.file_too_big": (
        "this file has more than {limit} bytes, as none of esxlab's has: it was not read to its end",
        "ce fichier dépasse {limit} octets, plus qu'aucun de ceux d'esxlab : il n'a pas été lu en entier",
    ),
    "error.vsphere.file_too_big.fix": (
        "see who has written it and what it says; then move it away, and run the same command again",
        "regardez qui l'a écrit et ce qu'il dit ; puis déplacez-le et relancez la même commande",
    ),
    "error.vsphere.locked": (
        "{what} is locked or cannot be accessed",
        "{what} est verrouillé ou inaccessible",
    ),
    "error.vsphere.locked.fix": (
        "see which machine or task holds it; when that has ended, run the same command again",
        "cherchez quelle machine ou quelle tâche l'occupe ; quand elle a fini, relancez la même commande",
    ),
    "error.vsphere.gone": (
        "{what} is gone",
        "{what} n'existe plus",
    ),
    "error.vsphere.gone.fix": (
        "somebody deleted it meanwhile; run the same command again",
        "quelqu'un l'a supprimé entre-temps ; relancez la même commande",
    ),
    "error.vsphere.in_use": (
        "{what} is in use",
        "{what} est utilisé",
    ),
    "error.vsphere.in_use.fix": (
        "detach the machines that use it, then run the same command again",
        "détachez les machines qui l'utilisent, puis relancez la même commande",
    ),
    "error.vsphere.power_state": (
        "{what} is not in the power state that this needs",
        "{what} n'est pas dans l'état d'alimentation nécessaire",
    ),
    "error.vsphere.power_state.fix": (
        "run the same command again: it looks first",
        "relancez la même commande : elle regarde d'abord",
    ),
    "error.vsphere.no_tools": (
        "VMware Tools do not run in {what}",
        "VMware Tools ne tourne pas dans {what}",
    ),
    "error.vsphere.no_tools.fix": (
        "install open-vm-tools in the model",
        "installez open-vm-tools dans le modèle",
    ),
    "error.vsphere.busy": (
        "another task holds {what}",
        "une autre tâche occupe {what}",
    ),
    "error.vsphere.busy.fix": (
        "wait for it to end, then run the same command again",
        "attendez qu'elle finisse, puis relancez la même commande",
    ),
    "error.vsphere.no_resources": (
        "the host has not enough memory or processors for {what}",
        "l'hôte n'a pas assez de mémoire ou de processeurs pour {what}",
    ),
    "error.vsphere.no_resources.fix": (
        (
            "power off what is not needed there, spread the groups over several hosts with `vsphere.hosts`, "
            "or lower `hardware.memory_mib` in the spec; then run the same command again"
        ),
        (
            "éteignez ce qui n'y est pas nécessaire, répartissez les groupes sur plusieurs hôtes "
            "avec `vsphere.hosts`, ou baissez `hardware.memory_mib` dans la spec ; puis relancez la "
            "même commande"
        ),
    ),
    "error.vsphere.not_supported": (
        "this server does not offer what {what} needs",
        "ce serveur n'offre pas ce qu'il faut pour {what}",
    ),
    "error.vsphere.not_supported.fix": (
        "with method: copy every vCenter and every ESXi host will do",
        "avec method: copy, tout vCenter et tout hôte ESXi convient",
    ),
    "error.vsphere.host_down": (
        "the ESXi host is not connected, for {what}",
        "l'hôte ESXi n'est pas connecté, pour {what}",
    ),
    "error.vsphere.host_down.fix": (
        "reconnect it in the vCenter, then run the same command again",
        "reconnectez-le dans le vCenter, puis relancez la même commande",
    ),
    # In the middle of the work.
    "error.vsphere.not_ours": (
        "{name} ({path}, {moref}) does not carry all our marks: left alone",
        "{name} ({path}, {moref}) ne porte pas toutes les marques d'esxlab : laissée telle quelle",
    ),
    "error.vsphere.not_ours.fix": (
        "run `esxlab status` to see what stands in its place",
        "lancez `esxlab status` pour voir ce qui est à sa place",
    ),
    "error.vsphere.no_machine": (
        "the machine {name} is not there",
        "la machine {name} est absente",
    ),
    "error.vsphere.no_machine.fix": (
        "`esxlab provision` creates what is missing; `esxlab status` shows what is there",
        "`esxlab provision` crée ce qui manque ; `esxlab status` montre ce qui est en place",
    ),
    "error.vsphere.no_such_card": (
        "the machine {name} has no {role} card",
        "la machine {name} n'a pas de carte {role}",
    ),
    "error.vsphere.no_such_card.fix": (
        "`esxlab provision` adds the cards that are missing",
        "`esxlab provision` ajoute les cartes qui manquent",
    ),
    "error.vsphere.no_address": (
        "{name} has reported no address within {seconds} s (power: {power}, VMware Tools: {tools})",
        "{name} n'a signalé aucune adresse en {seconds} s (alimentation : {power}, VMware Tools : {tools})",
    ),
    "error.vsphere.no_address.fix": (
        (
            "see on its console whether it boots, whether open-vm-tools run, and whether DHCP answers on the "
            "school's network"
        ),
        (
            "regardez sur sa console si elle démarre, si open-vm-tools tourne et si le DHCP répond "
            "sur le réseau de l'établissement"
        ),
    ),
    "error.vsphere.new_address": (
        "{name} has another address by now: {new}, and no longer {old}",
        "{name} a changé d'adresse entre-temps : {new}, et non plus {old}",
    ),
    "error.vsphere.new_address.fix": (
        "see whether DHCP gives it a lease that lasts, then run the same command again",
        "vérifiez que le DHCP lui accorde un bail qui dure, puis relancez la même commande",
    ),
    "error.vsphere.off": (
        "{name} is powered off",
        "{name} est éteinte",
    ),
    "error.vsphere.off.fix": (
        (
            "after a pause: `esxlab resume`; else, if nobody switched it off on purpose, `esxlab provision` "
            "powers it on, and goes on where it stopped"
        ),
        (
            "après une pause : `esxlab resume` ; sinon, si personne ne l'a éteinte exprès, "
            "`esxlab provision` l'allume et reprend où elle s'est arrêtée"
        ),
    ),
    "error.vsphere.suspended": (
        "{name} is suspended: somebody has put it to sleep",
        "{name} est suspendue : quelqu'un l'a mise en veille",
    ),
    "error.vsphere.suspended.fix": (
        "`esxlab provision` resumes it, and goes on where it stopped",
        "`esxlab provision` la reprend, et continue là où elle s'est arrêtée",
    ),
    "error.vsphere.bad_path": (
        "{path} cannot be a datastore path",
        "{path} ne peut pas être un chemin de banque de données",
    ),
    "error.vsphere.bad_path.fix": (
        "use a plain relative name, without brackets, backslashes or ..",
        "utilisez un nom relatif simple, sans crochets, barres obliques inverses ni ..",
    ),
}
