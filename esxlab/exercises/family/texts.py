"""What both parts say."""

TEXTS = {
    "error.spec.E309": (
        "scenario {scenario} cannot be played with these machines (web: {webs}, balancer: {balancers})",
        "le scénario {scenario} ne se joue pas avec ces machines (web : {webs}, balancer : {balancers})",
    ),
    "error.spec.E309.fix": (
        (
            "ha needs exactly two machines of role web, lb at least two; both need one of role balancer. The "
            "spec's machines are added to the exercise's: `machines: {{srvweb2: none}}` takes one away"
        ),
        (
            "ha demande exactement deux machines de rôle web, lb au moins deux ; les deux, une de rôle "
            "balancer. Les machines de la spec s'ajoutent à celles du sujet : `machines: {{srvweb2: none}}` "
            "en retire une"
        ),
    ),
    "error.spec.E310": (
        "`{key}`: {name} is not a web server of this lab",
        "« {key} » : {name} n'est pas un serveur web de ce TP",
    ),
    "error.spec.E310.fix": (
        "{hint}",
        "{hint}",
    ),
    "seen.held_by": ("{address} is held by: {who}", "{address} est portée par : {who}"),
    "seen.no_page": ("no page", "pas de page"),
    "seen.other_page": ("a page that names no server", "une page qui ne nomme aucun serveur"),
}
