"""Texts of the write path over SSH: hosts whose licence makes their API read-only."""

TEXTS = {
    "esxi.write_path.licence": (
        "{host}: free licence: changes go over SSH",
        "{host}, licence gratuite : les changements passent par SSH",
    ),
    "esxi.write_path.spec": (
        "{host}: changes go over SSH, as the spec says (`writes: ssh`)",
        "{host} : les changements passent par SSH, comme le dit la spec (`writes: ssh`)",
    ),
    "esxi.write_path.no_api": (
        "{host}: looked at and changed over SSH, as the spec says (`api: none`)",
        "{host} : observé et modifié en SSH, comme le dit la spec (`api: none`)",
    ),
    "error.esxi.no_shell": (
        "{host} has no shell that could be reached, and the spec says `api: none`",
        "{host} n'a aucun shell joignable, et la spec dit `api: none`",
    ),
    "error.esxi.no_shell.fix": (
        "leave `api: none` out, or switch SSH on on this host",
        "retirez `api: none`, ou activez SSH sur cet hôte",
    ),
    "error.esxi.ssh_off": (
        "nobody listens for SSH on {host}, port {port}: without it nothing can be changed there",
        "personne n'écoute en SSH sur {host}, port {port} : sans cela rien ne peut y être modifié",
    ),
    "error.esxi.ssh_off.fix": (
        (
            "switch SSH on: in the host client Host > Manage > Services > TSM-SSH > Start, or on the host's "
            "console `vim-cmd hostsvc/enable_ssh`, then `vim-cmd hostsvc/start_ssh`; in lockdown it is off"
        ),
        (
            "activez SSH : dans le client hôte Hôte > Gérer > Services > TSM-SSH > Démarrer, ou sur sa "
            "console `vim-cmd hostsvc/enable_ssh`, puis `vim-cmd hostsvc/start_ssh` ; en mode verrouillé SSH "
            "reste coupé"
        ),
    ),
    "error.esxi.unreachable": (
        "SSH to {host}, port {port}, does not answer: {layer}",
        "SSH vers {host}, port {port}, ne répond pas : {layer}",
    ),
    "error.esxi.unreachable.fix": (
        "see whether a firewall on the way, or the host's own one (rule sshServer), lets this computer in",
        "voyez si un pare-feu en chemin, ou celui de l'hôte (règle sshServer), laisse passer cet ordinateur",
    ),
    "error.esxi.login": (
        "{user} was refused over SSH; it was tried once",
        "{user} a été refusé en SSH ; un seul essai a été fait",
    ),
    "error.esxi.login.fix": (
        (
            "check ESXLAB_VSPHERE_PASSWORD: the account must be an administrator of the host, as root is; "
            "after five wrong tries ESXi locks it for 15 minutes; a host in lockdown mode refuses it too"
        ),
        (
            "vérifiez ESXLAB_VSPHERE_PASSWORD : le compte doit être administrateur de l'hôte, comme root ; "
            "après cinq essais erronés, ESXi le verrouille pendant 15 minutes ; un hôte en mode verrouillé "
            "le refuse aussi"
        ),
    ),
    "error.esxi.login_kind": (
        "the host takes neither a password nor a key from {user} over SSH, but {kinds}",
        "l'hôte n'accepte de {user} en SSH ni mot de passe ni clé, mais {kinds}",
    ),
    "error.esxi.login_kind.fix": (
        "look at /etc/ssh/sshd_config of the host: keyboard-interactive or password must be allowed",
        "regardez /etc/ssh/sshd_config de l'hôte : keyboard-interactive ou password doit être permis",
    ),
    "error.esxi.unconfirmed": (
        "the SSH host key of {host} has not been confirmed yet; it shows {shown}",
        "la clé d'hôte SSH de {host} n'a pas encore été confirmée ; il présente {shown}",
    ),
    "error.esxi.unconfirmed.fix": (
        "compare it with the keys in /etc/ssh on the host's own console, then run `esxlab trust`",
        "comparez-la aux clés de /etc/ssh sur la console même de l'hôte, puis lancez `esxlab trust`",
    ),
    "error.esxi.host_key": (
        "{host} shows another SSH host key ({shown}) than the confirmed one ({pinned})",
        "{host} présente une autre clé d'hôte SSH ({shown}) que celle qui a été confirmée ({pinned})",
    ),
    "error.esxi.host_key.fix": (
        "it was installed anew, or another machine answers: if you know which, `esxlab trust --replace`",
        "il a été réinstallé, ou une autre machine répond : si vous savez quoi, `esxlab trust --replace`",
    ),
    "error.esxi.version": (
        "{host} is ESXi {version}: what its programs print is known of {known} only",
        "{host} est un ESXi {version} : on ne connaît les réponses des programmes que de {known}",
    ),
    "error.esxi.version.fix": (
        "try it before a class depends on it: `esxlab doctor --probe`",
        "essayez-le avant qu'une classe en dépende : `esxlab doctor --probe`",
    ),
    "error.esxi.shell_timeout": (
        "{host} closes its shell by itself after {seconds} s ({name})",
        "{host} ferme de lui-même son shell au bout de {seconds} s ({name})",
    ),
    "error.esxi.shell_timeout.fix": (
        (
            "set it to 0 for as long as the class is being made: "
            "`esxcli system settings advanced set -o {name} -i 0`"
        ),
        (
            "mettez-le à 0 le temps de déployer la classe : "
            "`esxcli system settings advanced set -o {name} -i 0`"
        ),
    ),
    "error.esxi.lost": (
        "the SSH connection to {host} broke, and it could not be used again",
        "la connexion SSH à {host} s'est rompue et n'a pas pu être reprise",
    ),
    "error.esxi.lost.fix": (
        "see whether the host is still there, then run the same command again: it looks first",
        "voyez si l'hôte est encore là, puis relancez la même commande : elle regarde d'abord",
    ),
    "error.esxi.hostd_away": (
        "hostd on {host} does not answer its own shell; it was needed for {what}",
        "hostd ne répond pas au shell de {host} ; c'était nécessaire pour {what}",
    ),
    "error.esxi.hostd_away.fix": (
        "wait until it is back, or restart it (`/etc/init.d/hostd restart`); then the same command again",
        "attendez son retour, ou redémarrez-le (`/etc/init.d/hostd restart`) ; puis la même commande",
    ),
    "error.esxi.seal": (
        "{what} is not what it was a moment ago: nothing in it was deleted",
        "{what} n'est plus ce qu'il était à l'instant : rien n'y a été supprimé",
    ),
    "error.esxi.seal.fix": (
        "see who has changed it; then run the same command again, which looks anew",
        "voyez qui l'a modifié ; puis relancez la même commande, qui regardera de nouveau",
    ),
    "error.esxi.registered_there": (
        "the machine {machine} is registered in {what}: nothing there was deleted",
        "la machine {machine} est enregistrée dans {what} : rien n'y a été supprimé",
    ),
    "error.esxi.registered_there.fix": (
        "see whose it is; take it out of the host's inventory, then run the same command again",
        "voyez à qui elle est ; retirez-la de l'inventaire de l'hôte, puis relancez la même commande",
    ),
    "error.esxi.bad_name": (
        "over SSH no name may begin with `-` or hold line ends: {name}",
        "en SSH aucun nom ne peut commencer par « - » ni contenir de saut de ligne : {name}",
    ),
    "error.esxi.bad_name.fix": (
        "give it another name in the spec, or change this server by its API (`writes: api`)",
        "donnez-lui un autre nom dans la spec, ou passez par l'API de ce serveur (`writes: api`)",
    ),
    "error.esxi.no_clones": (
        "over SSH a machine is made around a copied disk, never by `method: {method}`",
        "en SSH une machine se construit autour d'un disque copié, jamais par `method: {method}`",
    ),
    "error.esxi.no_clones.fix": ("write `method: copy`, or leave it out", "écrivez `method: copy`, ou rien"),
    "error.esxi.not_registered": (
        "{name} was registered, but the host's API does not show it ({path})",
        "{name} a été enregistrée, mais l'API de l'hôte ne la montre pas ({path})",
    ),
    "error.esxi.not_registered.fix": (
        "look at the machine in the host client; then run the same command again",
        "regardez la machine dans le client hôte ; puis relancez la même commande",
    ),
}
