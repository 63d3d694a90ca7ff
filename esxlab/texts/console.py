"""Texts of a machine's console and of the picture of its screen."""

TEXTS = {
    "command.console.long": (
        (
            "Print the address of a machine's console: in the host client of an ESXi, and on the machine's "
            "page in a vCenter's client, where `Launch Web Console` is. The browser asks for your login; no "
            "ticket is in the address.\n\n"
            "--picture writes what the screen shows now, also while it starts or hangs: it needs the "
            "privilege VirtualMachine.Interact.CreateScreenshot, and an API that may write."
        ),
        (
            "Afficher l'adresse de la console d'une machine : dans le client de l'hôte ESXi, ou sur la page "
            "de la machine dans le client d'un vCenter, où se trouve « Lancer la console Web ». Le "
            "navigateur demande votre identifiant ; aucun ticket ne figure dans l'adresse.\n\n"
            "--picture écrit ce que l'écran montre maintenant, même pendant un démarrage ou un blocage : il "
            "faut le privilège VirtualMachine.Interact.CreateScreenshot, et une API qui puisse écrire."
        ),
    ),
    "option.open": (
        "open the address in this computer's browser",
        "ouvrir l'adresse dans le navigateur de cet ordinateur",
    ),
    "option.picture": (
        "write what the screen shows now into this file, a PNG",
        "écrire ce que l'écran montre maintenant dans ce fichier, un PNG",
    ),
    "console.picture": (
        "The screen is in {path}.",
        "L'écran est dans {path}.",
    ),
    "error.usage.no_browser": (
        "no browser was found on this computer",
        "aucun navigateur n'a été trouvé sur cet ordinateur",
    ),
    "error.usage.no_browser.fix": (
        "open the address that was printed yourself",
        "ouvrez vous-même l'adresse affichée",
    ),
    "error.vsphere.no_picture": (
        "what the server calls a picture of the screen is none: {path}",
        "ce que le serveur appelle une image de l'écran n'en est pas une : {path}",
    ),
    "error.vsphere.no_picture.fix": (
        "look at the console itself: `esxlab console` has its address",
        "regardez la console elle-même : `esxlab console` donne son adresse",
    ),
    "error.vsphere.picture_over_ssh": (
        "{host} is changed over SSH, and that way takes no picture of a screen",
        "{host} est modifié en SSH, et ce chemin ne prend pas d'image de l'écran",
    ),
    "error.vsphere.picture_over_ssh.fix": (
        "leave --picture out, and open the address of the console",
        "omettez --picture, et ouvrez l'adresse de la console",
    ),
}
