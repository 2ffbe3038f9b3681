"""The French words of what is left of an event, and the questions of its outcome."""

from planner.resources.models import ResourceKind

KINDS = {
    ResourceKind.SLIDES: "Présentation",
    ResourceKind.REPLAY: "Enregistrement à revoir",
    ResourceKind.MINUTES: "Compte rendu",
    ResourceKind.PHOTO: "Photos",
    ResourceKind.LINK: "Lien",
}

# The licences offered, each with the page that says what it allows; an empty one for what may only be read here.
LICENCES = {
    "Licence Ouverte 2.0": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/deed.fr",
    "CC BY-SA 4.0": "https://creativecommons.org/licenses/by-sa/4.0/deed.fr",
    "CC BY-NC 4.0": "https://creativecommons.org/licenses/by-nc/4.0/deed.fr",
    "CC0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/deed.fr",
    "Tous droits réservés": "",
}

# The outcome in five questions: name of the form's field → question.
QUESTIONS = {
    "produced": "Qu’a-t-on fabriqué, appris ou décidé\u00a0?",
    "taken_away": "Avec quoi les personnes sont-elles reparties\u00a0?",
    "next_steps": "Quelle est la suite\u00a0?",
    "again": "Que referiez-vous, et que changeriez-vous\u00a0?",
    "help_needed": "De quelle aide avez-vous besoin\u00a0?",
}
