"""Texts of plans, tables and progress."""

TEXTS = {
    "word.ok": ("ok", "ok"),
    "word.done": ("done", "fait"),
    "word.failed": ("failed", "échec"),
    "word.error": ("error", "erreur"),
    "word.skipped": ("skipped", "ignoré"),
    "word.cancelled": ("stopped", "arrêté"),
    "word.nothing": ("nothing to do", "rien à faire"),
    "word.running": ("running", "en cours"),
    "word.waiting": ("waiting", "en attente"),
    "word.absent": ("absent", "absent"),
    "word.unknown": ("unknown", "inconnu"),
    "word.partial": ("partial", "partiel"),
    "word.changed": ("changed", "changé"),
    "word.ready": ("ready", "prêt"),
    "word.paused": ("paused", "en pause"),
    "count.action.one": ("{count} action", "{count} action"),
    "count.action.many": ("{count} actions", "{count} actions"),
    "count.group.one": ("{count} group", "{count} groupe"),
    "count.group.many": ("{count} groups", "{count} groupes"),
    "column.group": ("group", "groupe"),
    "column.check": ("check", "test"),
    "column.state": ("state", "état"),
    "column.machines": ("machines", "machines"),
    "column.machine": ("machine", "machine"),
    "column.vm": ("VM", "VM"),
    "column.power": ("power", "alimentation"),
    "column.configured": ("configured", "configuré"),
    "column.address": ("address", "adresse"),
    "column.networks": ("networks", "réseaux"),
    "column.pending": ("to do", "à faire"),
    "column.problems": ("problems", "problèmes"),
    "column.result": ("result", "résultat"),
    "column.steps": ("steps", "étapes"),
    "column.time": ("time", "durée"),
    "column.name": ("what", "objet"),
    "column.where": ("where", "où"),
    "column.host": ("name in the spec", "nom dans la spec"),
    "power.on": ("on", "allumée"),
    "power.off": ("off", "éteinte"),
    "power.suspended": ("suspended", "suspendue"),
    "power.absent": ("absent", "absente"),
    "power.unknown": ("unknown", "inconnue"),
    "configured.yes": ("yes", "oui"),
    "configured.no": ("no", "non"),
    "configured.other": ("otherwise", "autrement"),
    "configured.unknown": ("?", "?"),
    "configured.restart": ("restart due", "à redémarrer"),
    "plan.title.provision": ("Plan for class {class_name}", "Plan pour la classe {class_name}"),
    "plan.title.teardown": (
        "Plan to remove from class {class_name}",
        "Plan de démontage dans la classe {class_name}",
    ),
    "plan.title.pause": (
        "Plan to pause in class {class_name}",
        "Plan de mise en pause dans la classe {class_name}",
    ),
    "plan.title.resume": (
        "Plan to go on in class {class_name}",
        "Plan de reprise dans la classe {class_name}",
    ),
    "plan.paused": (
        "the group is paused; `esxlab resume -g {group}` powers it on too, and waits until it answers",
        "le groupe est en pause ; `esxlab resume -g {group}` l'allume aussi, et attend qu'il réponde",
    ),
    "plan.gateway.goes": (
        (
            "without a router no machine has a gateway: each whose /etc/network/interfaces still names the "
            "router is configured anew, and restarted"
        ),
        (
            "sans routeur, aucune machine n'a de passerelle : chacune dont /etc/network/interfaces nomme "
            "encore le routeur est reconfigurée et redémarrée"
        ),
    ),
    "plan.gateway.comes": (
        (
            "the group gets a router: it becomes the machines' gateway (/etc/network/interfaces), for which "
            "they are configured anew, and restarted"
        ),
        (
            "le groupe reçoit un routeur : il devient la passerelle des machines (/etc/network/interfaces), "
            "qui sont pour cela reconfigurées et redémarrées"
        ),
    ),
    "plan.other_computer": (
        (
            "{who} has configured it from this very spec: what differs is in that computer's secrets.json or "
            "templates (`seeds:`). Copy them to this one before you change anything"
        ),
        (
            "{who} l'a configuré à partir de cette même spec : ce qui diffère est dans le secrets.json ou "
            "les gabarits (`seeds:`) de cet ordinateur. Copiez-les sur celui-ci avant toute "
            "modification"
        ),
    ),
    "plan.group": ("Group {group}: {actions}", "Groupe {group} : {actions}"),
    "plan.group_refused.one": ("Group {groups}: refused", "Groupe {groups} : refusé"),
    "plan.group_refused.many": ("Groups {groups}: refused", "Groupes {groups} : refusés"),
    "plan.group_like": (
        "Group {group}: {actions}, the same steps as group {model} (-v shows them)",
        "Groupe {group} : {actions}, les mêmes étapes que pour le groupe {model} (-v les montre)",
    ),
    "plan.nothing.one": ("Nothing to do for group {groups}.", "Rien à faire pour le groupe {groups}."),
    "plan.nothing.many": ("Nothing to do for groups {groups}.", "Rien à faire pour les groupes {groups}."),
    "plan.no_groups": (
        "Nothing of these groups was found.",
        "Rien de ces groupes n'a été trouvé.",
    ),
    "plan.unread": (
        "The datastore {datastore} was not looked at ({reason}): what lies there is not in this plan",
        (
            "La banque de données {datastore} n'a pas été consultée ({reason}) : ce qui s'y trouve n'est pas "
            "dans ce plan"
        ),
    ),
    "status.unread": (
        "The datastore {datastore} was not looked at ({reason}): what lies there is not in this table",
        (
            "La banque de données {datastore} n'a pas été consultée ({reason}) : ce qui s'y trouve n'est pas "
            "dans ce tableau"
        ),
    ),
    "plan.silent": (
        "  The groups that this server may have are not in this plan: run the same command again for them.",
        "  Les groupes que ce serveur peut avoir ne sont pas dans ce plan : relancez la commande pour eux.",
    ),
    "plan.router_later": (
        "its router lines are left for the next run: {servers} may have groups that need them too",
        (
            "ses lignes de routeur attendent la prochaine exécution : {servers} a peut-être des groupes qui "
            "en ont besoin aussi"
        ),
    ),
    "plan.orphans.one": (
        (
            "Group {groups} exists in vSphere but is not in the spec; it is left alone. "
            "To remove it: `esxlab teardown --group {groups}`"
        ),
        (
            "Le groupe {groups} existe dans vSphere mais pas dans la spec ; il reste tel quel. Pour "
            "le démonter : `esxlab teardown --group {groups}`"
        ),
    ),
    "plan.orphans.many": (
        (
            "Groups {groups} exist in vSphere but are not in the spec; they are left alone. "
            "To remove them: `esxlab teardown --group {groups}`"
        ),
        (
            "Les groupes {groups} existent dans vSphere mais pas dans la spec ; ils restent tels "
            "quels. Pour les démonter : `esxlab teardown --group {groups}`"
        ),
    ),
    "plan.colleagues.one": (
        "Group {groups} runs since {since}: made by {who} from another spec.",
        "Le groupe {groups} est en place depuis le {since} : déployé par {who} avec une autre spec.",
    ),
    "plan.colleagues.many": (
        "Groups {groups} run since {since}: made by {who} from another spec.",
        "Les groupes {groups} sont en place depuis le {since} : déployés par {who} avec une autre spec.",
    ),
    "teardown.colleagues.one": (
        "Group {groups} runs since {since}: made by {who}, on another computer than this one.",
        "Le groupe {groups} est en place depuis le {since} : déployé par {who}, sur un autre ordinateur.",
    ),
    "teardown.colleagues.many": (
        "Groups {groups} run since {since}: made by {who}, on another computer than this one.",
        (
            "Les groupes {groups} sont en place depuis le {since} : déployés par {who}, sur un autre "
            "ordinateur."
        ),
    ),
    "plan.summary": (
        "{added} to add, {changed} to change, {removed} to remove, in {groups}. Checksum {checksum}",
        (
            "{added} à ajouter, {changed} à changer, {removed} à supprimer, dans {groups}. Somme de "
            "contrôle {checksum}"
        ),
    ),
    "plan.refused.one": (
        "Nothing will be done for group {groups}: see its problems above.",
        "Rien ne sera fait pour le groupe {groups} : voir ses problèmes ci-dessus.",
    ),
    "plan.refused.many": (
        "Nothing will be done for groups {groups}: see their problems above.",
        "Rien ne sera fait pour les groupes {groups} : voir leurs problèmes ci-dessus.",
    ),
    "checks.failure.one": ("Group {groups}, {check}: {question}", "Groupe {groups}, {check} : {question}"),
    "checks.failure.many": ("Groups {groups}, {check}: {question}", "Groupes {groups}, {check} : {question}"),
    "checks.seen": ("seen: {seen}", "constaté : {seen}"),
    "checks.look": ("to look further: `{command}`", "pour aller plus loin : `{command}`"),
    "checks.summary": (
        "ok: {ok}, failed: {failed}, skipped: {skipped}; groups all green: {green} of {groups}",
        (
            "ok : {ok}, en échec : {failed}, ignorés : {skipped} ; groupes entièrement conformes : "
            "{green} sur {groups}"
        ),
    ),
    "status.unknown": ("?", "?"),
    "status.group": ("Group {group}:", "Groupe {group} :"),
    "status.running": ("{running} of {total} on", "{running} sur {total} allumées"),
    "status.router_pending.one": (
        "The router of group {groups} was never configured for it: `esxlab provision --group {groups}`.",
        "Le routeur du groupe {groups} n'a jamais été configuré : `esxlab provision --group {groups}`.",
    ),
    "status.router_pending.many": (
        "The routers of groups {groups} were never configured: `esxlab provision --group {groups}`.",
        (
            "Les routeurs des groupes {groups} n'ont jamais été configurés : "
            "`esxlab provision --group {groups}`."
        ),
    ),
    "status.paused.one": (
        "Group {groups} is paused: `esxlab resume -g {groups}` goes on with it.",
        "Le groupe {groups} est en pause : `esxlab resume -g {groups}` le fait reprendre.",
    ),
    "status.paused.many": (
        "Groups {groups} are paused: `esxlab resume -g {groups}` goes on with them.",
        "Les groupes {groups} sont en pause : `esxlab resume -g {groups}` les fait reprendre.",
    ),
    "status.pending.one": (
        "{count} group differs from the spec: `esxlab plan` shows how, `esxlab provision` mends it.",
        "{count} groupe diffère de la spec : `esxlab plan` montre en quoi, `esxlab provision` y remédie.",
    ),
    "status.pending.many": (
        "{count} groups differ from the spec: `esxlab plan` shows how, `esxlab provision` mends it.",
        "{count} groupes diffèrent de la spec : `esxlab plan` montre en quoi, `esxlab provision` y remédie.",
    ),
    "run.failure.one": ("Group {groups}", "Groupe {groups}"),
    "run.failure.many": ("Groups {groups}", "Groupes {groups}"),
    "run.summary": (
        "groups done: {done}, failed: {failed}; {time}",
        "groupes faits : {done}, en échec : {failed} ; {time}",
    ),
    "run.interrupted": (
        "Interrupted: what was running has ended, the rest was not started.",
        "Interrompu : ce qui tournait est terminé, le reste n'a pas commencé.",
    ),
    "run.journal": ("Journal of this run: {path}", "Journal de cette exécution : {path}"),
    "progress.started": (
        "{command}: groups {groups}, {steps}",
        "{command} : groupes : {groups}, {steps}",
    ),
    "progress.step": ("group {group}: {verdict} {text}", "groupe {group} : {verdict} {text}"),
    "progress.group": (
        "group {group}: {verdict}, {done}/{total} in {time}",
        "groupe {group} : {verdict}, {done}/{total} en {time}",
    ),
    "progress.finished": (
        "end: groups failed: {failed}, {time}",
        "fin : groupes en échec : {failed}, {time}",
    ),
    "live.group": ("group {group}", "groupe {group}"),
    "live.failed": ("failed: {count}", "en échec : {count}"),
    "live.running": ("running: {count}", "en cours : {count}"),
    "live.cancelled": ("stopped: {count}", "arrêtés : {count}"),
    "live.waiting": ("waiting: {count}", "en attente : {count}"),
    "live.done": ("done: {count}", "faits : {count}"),
}
