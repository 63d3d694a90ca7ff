"""Texts about routers: what a difference refuses, what a push reports, what netmiko and IOS run into."""

TEXTS = {
    "router.armed": (
        "revert timer armed: without confirmation the router goes back by itself",
        "minuterie de retour armée ; sans confirmation, le routeur revient de lui-même à son état antérieur",
    ),
    "router.taken_over": (
        "a killed run had left its revert timer running: what it sent is confirmed, and this run goes on",
        (
            "une exécution interrompue brutalement avait laissé sa minuterie de retour : ses lignes "
            "sont confirmées, l'exécution continue"
        ),
    ),
    "router.not_armed": (
        (
            "this router has no revert timer (12.4(20)T with `archive` and `path`); the inverse "
            "commands stand ready"
        ),
        (
            "ce routeur n'a pas de minuterie de retour (12.4(20)T avec `archive` et `path`) ; les "
            "commandes inverses sont prêtes"
        ),
    ),
    "router.stays": (
        "! somebody else's, so the subinterface stays: {line}",
        "! ajouté par quelqu'un d'autre ; la sous-interface reste donc : {line}",
    ),
    "router.warning.stays": (
        (
            "the spec says `router: none`, but esxlab has put these lines on this group's router, and they "
            "stay: {lines}. To take them away: `esxlab teardown --group {group}`"
        ),
        (
            "la spec dit `router: none`, mais esxlab a mis ces lignes sur le routeur de ce groupe, et elles "
            "y restent : {lines}. Pour les retirer : `esxlab teardown --group {group}`"
        ),
    ),
    "router.warning.http_server": (
        "`{line}` is on: the router's own web server uses the lab's outside port",
        "`{line}` est actif : le serveur web du routeur utilise le port extérieur du TP",
    ),
    "error.router.bad_interface": (
        "`{name}` is not the name of an IOS interface",
        "`{name}` n'est pas un nom d'interface IOS",
    ),
    "error.router.bad_interface.fix": (
        "write it in full, as `show ip interface brief` does: FastEthernet0/0",
        "écrivez-le en entier, comme `show ip interface brief` : FastEthernet0/0",
    ),
    "error.router.config_incomplete": (
        "the running configuration did not come whole: it does not end in `end`",
        "la configuration courante est arrivée incomplète : elle ne se termine pas par `end`",
    ),
    "error.router.config_incomplete.fix": (
        "nothing was sent; run the command again",
        "rien n'a été envoyé ; relancez la commande",
    ),
    "error.router.no_interface": (
        "the router has no interface {interface} (it has {known})",
        "le routeur n'a pas d'interface {interface} (il a {known})",
    ),
    "error.router.no_interface.fix": (
        "correct `router` in the spec; `show ip interface brief` lists the interfaces",
        "corrigez `router` dans la spec ; `show ip interface brief` donne la liste des interfaces",
    ),
    "error.router.interface_busy": (
        "{interface} works for something else on the router: `{line}`",
        "{interface} sert déjà à autre chose sur le routeur : `{line}`",
    ),
    "error.router.interface_busy.fix": (
        "name another interface in the spec, or remove that line by hand if nobody needs it: `no {line}`",
        (
            "indiquez une autre interface dans la spec, ou supprimez cette ligne à la main si personne "
            "n'en a besoin : `no {line}`"
        ),
    ),
    "error.router.login_key": (
        "the router refuses {user} with these SSH keys: {keys}",
        "le routeur refuse {user} avec ces clés SSH : {keys}",
    ),
    "error.router.login_key.fix": (
        (
            "each was offered once, and no password. On the router, `ip ssh pubkey-chain` holds the public "
            "key of this user (IOS 15.0 and later; RSA only before IOS-XE 17). Without `router.key` the "
            "password is used"
        ),
        (
            "chacune n'a été proposée qu'une fois, et aucun mot de passe. Sur le routeur, "
            "`ip ssh pubkey-chain` contient la clé publique de cet utilisateur (IOS 15.0 et suivants ; RSA "
            "seulement avant IOS-XE 17). Sans `router.key`, c'est le mot de passe qui sert"
        ),
    ),
    "error.router.no_config_prompt": (
        "in configuration mode this router shows no prompt: `{line}` stands in its configuration",
        "en mode de configuration, ce routeur n'affiche pas d'invite : sa configuration contient `{line}`",
    ),
    "error.router.no_config_prompt.fix": (
        "type `service prompt config` on the router, for esxlab has to see when a line was taken",
        "tapez `service prompt config` sur le routeur, car esxlab doit voir quand une ligne a été prise",
    ),
    "error.router.overlap": (
        "{interface} would get {address}, which overlaps with {other} ({taken})",
        "{interface} recevrait {address}, qui chevauche {other} ({taken})",
    ),
    "error.router.overlap.fix": (
        "free {other} on the router, or choose another network in the spec",
        "libérez {other} sur le routeur, ou choisissez un autre réseau dans la spec",
    ),
    "error.router.secondary": (
        "{interface} has a secondary address of somebody else's: {line}",
        "{interface} porte une adresse secondaire qui n'est pas celle d'esxlab : {line}",
    ),
    "error.router.secondary.fix": (
        "IOS would remove it together with the primary one; remove it by hand if nobody needs it",
        ("IOS la supprimerait avec l'adresse principale ; supprimez-la à la main si personne n'en a besoin"),
    ),
    "error.router.nat_port_taken": (
        "the outside port is taken on the router by: {held} (wanted: {line})",
        "le port extérieur est déjà pris sur le routeur par : {held} (voulu : {line})",
    ),
    "error.router.nat_port_taken.fix": (
        "give the group another outside port, or remove that line by hand: `no {held}`",
        "donnez un autre port extérieur au groupe, ou supprimez cette ligne à la main : `no {held}`",
    ),
    "error.router.nat_address_taken": (
        "every port of the outside address is taken on the router by: {held} (wanted: {line})",
        "tous les ports de l'adresse extérieure sont déjà pris sur le routeur par : {held} (voulu : {line})",
    ),
    "error.router.nat_address_taken.fix": (
        "give the group another outside interface or address, or remove that line by hand: `no {held}`",
        (
            "donnez au groupe une autre interface ou une autre adresse extérieure, ou supprimez cette ligne "
            "à la main : `no {held}`"
        ),
    ),
    "error.router.slot_conflict": (
        "another group of this router wants `{held}` where this one wants `{line}`",
        "un autre groupe de ce routeur veut `{held}` là où celui-ci veut `{line}`",
    ),
    "error.router.slot_conflict.fix": (
        "give each group that shares the router a subinterface (`vlan`) of its own",
        "donnez à chaque groupe du routeur partagé sa propre sous-interface (`vlan`)",
    ),
    "error.router.own_session": (
        "{interface} carries esxlab's own session; changing it could cut it for good",
        "{interface} porte la session d'esxlab elle-même ; la modifier pourrait la couper pour de bon",
    ),
    "error.router.own_session.fix": (
        "reach the router through another interface or through its console",
        "joignez le routeur par une autre interface ou par sa console",
    ),
    "error.router.unreachable": (
        "the router {host} does not answer",
        "le routeur {host} ne répond pas",
    ),
    "error.router.unreachable.fix": (
        (
            "check its power, its cable, its address and port in the spec, and `transport input` on "
            "its vty lines"
        ),
        (
            "vérifiez son alimentation, son câble, son adresse et son port dans la spec, et "
            "`transport input` sur ses lignes vty"
        ),
    ),
    "error.router.login": (
        "the router {host} refuses the user name or the password",
        "le routeur {host} refuse le nom d'utilisateur ou le mot de passe",
    ),
    "error.router.login.fix": (
        "set ESXLAB_ROUTER_PASSWORD, and `user` in the spec; it was tried once only",
        "définissez ESXLAB_ROUTER_PASSWORD, et `user` dans la spec ; un seul essai a été fait",
    ),
    "error.router.enable_secret": (
        "the router {host} refuses the enable secret",
        "le routeur {host} refuse le mot de passe enable (secret)",
    ),
    "error.router.enable_secret.fix": (
        "set ESXLAB_ROUTER_SECRET; it was tried once only",
        "définissez ESXLAB_ROUTER_SECRET ; un seul essai a été fait",
    ),
    "error.router.host_key": (
        "the router shows another SSH host key than the confirmed one: pinned is {pinned}, shown {shown}",
        (
            "le routeur présente une autre clé d'hôte SSH que celle confirmée : {pinned} est "
            "épinglée, {shown} est présentée"
        ),
    ),
    "error.router.host_key.fix": (
        (
            "no password was sent; if its keys were made anew (`crypto key generate`), "
            "`esxlab trust --replace`; else find out who answers in its place"
        ),
        (
            "aucun mot de passe n'a été envoyé ; si ses clés ont été refaites (`crypto key generate`), "
            "`esxlab trust --replace` ; sinon cherchez qui répond à sa place"
        ),
    ),
    "error.router.other_line": (
        "the router is met another way than the confirmed one: confirmed is {pinned}, the spec says {shown}",
        (
            "le routeur est joint par une autre voie que celle confirmée : {pinned} est confirmé, la spec "
            "dit {shown}"
        ),
    ),
    "error.router.other_line.fix": (
        (
            "no password was sent; if the spec is right (`device`, `port`), `esxlab trust --replace`; "
            "else put the confirmed one back into the spec"
        ),
        (
            "aucun mot de passe n'a été envoyé ; si la spec est juste (`device`, `port`), "
            "`esxlab trust --replace` ; sinon remettez-y la voie confirmée"
        ),
    ),
    "error.router.refused": (
        "the router {host} refuses the connection",
        "le routeur {host} refuse la connexion",
    ),
    "error.router.refused.fix": (
        (
            "all its vty lines may be taken (`show users`, then `clear line vty N`), `transport input` may "
            "not allow this kind, or the port in the spec is another one"
        ),
        (
            "toutes ses lignes vty sont peut-être prises (`show users`, puis `clear line vty N`), "
            "`transport input` n'autorise peut-être pas ce protocole, ou le port de la spec est faux"
        ),
    ),
    "error.router.no_vty_password": (
        "the router {host} refuses every login: its vty lines want a password, but none is set",
        "le routeur {host} refuse toute connexion : ses lignes vty exigent un mot de passe qui n'existe pas",
    ),
    "error.router.no_vty_password.fix": (
        "on its console: `line vty 0 4`, then `login local` (and a `username`) or `password ...`",
        (
            "sur sa console : `line vty 0 4`, puis `login local` (avec `username ... secret ...`) ou "
            "`password ...`"
        ),
    ),
    "error.router.no_enable_secret": (
        "the router {host} has no enable secret: IOS then refuses `enable` over the network",
        "le routeur {host} n'a pas de mot de passe enable (secret) : IOS refuse alors `enable` par le réseau",
    ),
    "error.router.no_enable_secret.fix": (
        "on its console: `enable secret ...`; then set ESXLAB_ROUTER_SECRET",
        "sur sa console : `enable secret ...` ; puis définissez ESXLAB_ROUTER_SECRET",
    ),
    "error.router.no_prompt": (
        "the router {host} answers an empty line with something else each time: no prompt can be told",
        "le routeur {host} répond différemment à chaque ligne vide : son invite reste inconnue",
    ),
    "error.router.no_prompt.fix": (
        "log in by hand and look; `undebug all` and `terminal no monitor` silence a router that talks",
        (
            "connectez-vous à la main et regardez ; `undebug all` et `terminal no monitor` font taire un "
            "routeur bavard"
        ),
    ),
    "error.router.endless": (
        "the router {host} was still talking after {seconds} s",
        "le routeur {host} n'avait toujours pas fini de parler au bout de {seconds} s",
    ),
    "error.router.endless.fix": (
        (
            "if lines had been sent, they were taken back and nothing was saved; look at its console "
            "(`undebug all`, a slow line?), then run the command again"
        ),
        (
            "si des lignes avaient été envoyées, elles ont été annulées et rien n'a été enregistré ; "
            "regardez sa console (`undebug all`, ligne lente ?), puis relancez la commande"
        ),
    ),
    "error.router.chatter": (
        "the console of {host} writes messages into each answer to `{line}`",
        "la console de {host} écrit des messages au milieu de chaque réponse à `{line}`",
    ),
    "error.router.chatter.fix": (
        "nothing was sent; silence it for a while (`no logging console`, `undebug all`), then run it again",
        (
            "rien n'a été envoyé ; faites-la taire un moment (`no logging console`, `undebug all`), puis "
            "relancez la commande"
        ),
    ),
    "error.router.too_long": (
        "the router {host} has sent more than {kib} KiB and was still talking",
        "le routeur {host} a envoyé plus de {kib} Kio et parlait encore",
    ),
    "error.router.too_long.fix": (
        (
            "if lines had been sent, they were taken back and nothing was saved; look at its console "
            "(`undebug all`), then run the command again"
        ),
        (
            "si des lignes avaient été envoyées, elles ont été annulées et rien n'a été enregistré ; "
            "regardez sa console (`undebug all`), puis relancez la commande"
        ),
    ),
    "error.router.config_refused": (
        "the router does not let esxlab into configuration mode (`{line}`)",
        "le routeur ne laisse pas esxlab entrer en mode de configuration (`{line}`)",
    ),
    "error.router.config_refused.fix": (
        (
            "no line was sent; somebody else may hold the mode (`show configuration lock`), or the account "
            "may not (AAA authorization); then run the command again"
        ),
        (
            "aucune ligne n'a été envoyée ; quelqu'un d'autre occupe peut-être ce mode (`show configuration "
            "lock`), ou le compte n'y a pas droit (autorisation AAA) ; puis relancez la commande"
        ),
    ),
    "error.router.library": (
        "the conversation with the router {host} failed in a way that esxlab does not know ({kind})",
        "la conversation avec le routeur {host} a échoué d'une façon qu'esxlab ne connaît pas ({kind})",
    ),
    "error.router.library.fix": (
        (
            "log in by hand to see whether the router answers as it should; if it does, please report this "
            "with the journal"
        ),
        (
            "connectez-vous à la main pour voir si le routeur répond comme il faut ; si oui, signalez-le "
            "avec le journal"
        ),
    ),
    "error.router.algorithms": (
        "the router {host} and this machine have no SSH algorithm in common",
        "le routeur {host} et cette machine n'ont aucun algorithme SSH en commun",
    ),
    "error.router.algorithms.fix": (
        (
            "`show ip ssh` must say version 2 (1.99 or 2.0); else use device cisco_ios_telnet or "
            "cisco_ios_serial"
        ),
        (
            "`show ip ssh` doit indiquer la version 2 (1.99 ou 2.0) ; sinon utilisez "
            "cisco_ios_telnet ou cisco_ios_serial"
        ),
    ),
    "error.router.no_ssh": (
        "what answers at the router {host} is no SSH server",
        "ce qui répond à l'adresse du routeur {host} n'est pas un serveur SSH",
    ),
    "error.router.no_ssh.fix": (
        "check the port in the spec; for telnet write `device: cisco_ios_telnet`",
        "vérifiez le port dans la spec ; pour telnet, écrivez `device: cisco_ios_telnet`",
    ),
    "error.router.no_line": (
        "the router {host} accepts the connection but gives no line",
        "le routeur {host} accepte la connexion mais ne donne pas de ligne",
    ),
    "error.router.no_line.fix": (
        "its five vty lines are probably taken: `show users`, then `clear line vty N`",
        "ses cinq lignes vty sont sans doute prises : `show users`, puis `clear line vty N`",
    ),
    "error.router.serial": (
        "the serial line {host} cannot be opened",
        "la ligne série {host} ne peut pas être ouverte",
    ),
    "error.router.serial.fix": (
        (
            "check that the cable is plugged and that you may use it (group dialout); close other "
            "terminals on it"
        ),
        (
            "vérifiez que le câble est branché et que vous y avez droit (groupe dialout) ; fermez "
            "les autres terminaux"
        ),
    ),
    "error.router.cut": (
        "the connection to the router {host} was cut",
        "la connexion au routeur {host} a été coupée",
    ),
    "error.router.cut.fix": (
        (
            "if lines had been sent, they were taken back: the router is as it was before and nothing was "
            "saved; run the command again"
        ),
        (
            "si des lignes avaient été envoyées, elles ont été annulées : le routeur est comme avant "
            "et rien n'a été enregistré ; relancez la commande"
        ),
    ),
    "error.router.silent": (
        "the router {host} has not answered for {seconds} s",
        "le routeur {host} n'a pas répondu pendant {seconds} s",
    ),
    "error.router.silent.fix": (
        (
            "if lines had been sent, they were taken back and nothing was saved; look at its console, "
            "then run the command again"
        ),
        (
            "si des lignes avaient été envoyées, elles ont été annulées et rien n'a été enregistré ; "
            "regardez sa console, puis relancez la commande"
        ),
    ),
    "error.router.refused_show": (
        "the router does not answer `{line}`",
        "le routeur ne répond pas à `{line}`",
    ),
    "error.router.refused_show.fix": (
        (
            "esxlab reads the router by this command; the account needs privilege level 15 "
            "(`username NAME privilege 15`), or an AAA server that lets it; then run the command again"
        ),
        (
            "esxlab lit le routeur par cette commande ; il faut au compte le niveau de privilège 15 "
            "(`username NOM privilege 15`), ou l'accord du serveur AAA ; puis relancez la commande"
        ),
    ),
    "error.router.refused_line": (
        "the router refuses `{line}`",
        "le routeur refuse `{line}`",
    ),
    "error.router.refused_line.fix": (
        (
            "the router was put back as it was and nothing was saved; mend what IOS complains about, "
            "then run the command again"
        ),
        (
            "le routeur a été remis dans son état et rien n'a été enregistré ; corrigez ce dont IOS "
            "se plaint, puis relancez la commande"
        ),
    ),
    "error.router.wrong_serial": (
        "another router answers: serial number {found}, enrolled was {wanted}",
        "c'est un autre routeur qui répond : numéro de série {found}, attendu {wanted}",
    ),
    "error.router.wrong_serial.fix": (
        "nothing was sent; check the cabling, or correct `serial_number` in the spec",
        "rien n'a été envoyé ; vérifiez le câblage, ou corrigez `serial_number` dans la spec",
    ),
    "error.router.stale": (
        "the router has changed since it was read: `{line}` would now be needed too",
        "le routeur a changé depuis sa lecture : `{line}` serait maintenant nécessaire aussi",
    ),
    "error.router.stale.fix": (
        "nothing was sent; plan again",
        "rien n'a été envoyé ; relancez la commande, qui refait le plan",
    ),
    "error.router.not_applied": (
        "the router has taken every line, but its configuration still lacks `{line}`",
        "le routeur a accepté chaque ligne, mais il manque toujours `{line}` à sa configuration",
    ),
    "error.router.not_applied.fix": (
        (
            "the router was put back as it was and nothing was saved; try the line by hand to see "
            "what IOS does with it"
        ),
        (
            "le routeur a été remis dans son état et rien n'a été enregistré ; essayez la ligne à la "
            "main pour voir ce qu'IOS en fait"
        ),
    ),
    "error.router.link_down": (
        "{interface} does not come up: it is {state}",
        "{interface} ne devient pas active : son état est {state}",
    ),
    "error.router.link_down.fix": (
        (
            "the router was put back as it was and nothing was saved; plug the cable of {interface} "
            "and check the switch"
        ),
        (
            "le routeur a été remis dans son état et rien n'a été enregistré ; branchez le câble de "
            "{interface} et vérifiez le commutateur"
        ),
    ),
    "error.router.no_route": (
        "`show ip route` has no connected route on {interface}",
        "`show ip route` ne montre pas de route connectée sur {interface}",
    ),
    "error.router.no_route.fix": (
        ("the router was put back as it was and nothing was saved; look at `show interfaces {interface}`"),
        (
            "le routeur a été remis dans son état et rien n'a été enregistré ; regardez `show "
            "interfaces {interface}`"
        ),
    ),
    "error.router.not_translated": (
        "`show ip nat translations` does not have the entry of `{line}`",
        "`show ip nat translations` ne contient pas l'entrée de `{line}`",
    ),
    "error.router.not_translated.fix": (
        (
            "the router was put back as it was and nothing was saved; check `ip nat inside` and `ip "
            "nat outside` on the interfaces"
        ),
        (
            "le routeur a été remis dans son état et rien n'a été enregistré ; vérifiez `ip nat "
            "inside` et `ip nat outside` sur les interfaces"
        ),
    ),
    "error.router.not_saved": (
        "the router did not save its configuration (no [OK])",
        "le routeur n'a pas enregistré sa configuration (pas de [OK])",
    ),
    "error.router.not_saved.fix": (
        ("the change was taken back; check the router's NVRAM (`dir nvram:`), then run the command again"),
        (
            "la modification a été annulée ; vérifiez la NVRAM du routeur (`dir nvram:`), puis "
            "relancez la commande"
        ),
    ),
    "error.router.half_changed": (
        ("the push failed and the router could not be put back; these lines differ from before: {lines}"),
        (
            "l'envoi a échoué et le routeur n'a pas pu être remis dans son état ; ces lignes ne sont "
            "plus comme avant : {lines}"
        ),
    ),
    "error.router.half_changed.fix": (
        ("nothing was saved: `reload` without saving brings the old state back, or mend these lines by hand"),
        (
            "rien n'a été enregistré : `reload` sans enregistrer rétablit l'ancien état, ou corrigez "
            "ces lignes à la main"
        ),
    ),
    "error.router.reverting": (
        "the push failed and the router is out of reach; its revert timer acts within {minutes} minutes",
        "l'envoi a échoué et le routeur est injoignable ; sa minuterie agira d'ici {minutes} min",
    ),
    "error.router.reverting.fix": (
        "nothing was saved; wait, then run the command again",
        "rien n'a été enregistré ; attendez, puis relancez la commande",
    ),
}
