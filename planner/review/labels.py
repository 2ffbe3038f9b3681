"""The French words of the review: verdicts, lines of the journal, roles."""

from planner.events.rules import Verb
from planner.review.models import OpinionVerdict
from planner.web.rights import Role

VERDICTS = {
    OpinionVerdict.FAVOURABLE: "Favorable",
    OpinionVerdict.RESERVED: "Réservé",
    OpinionVerdict.AGAINST: "Défavorable",
}
VERDICT_BADGES = {
    OpinionVerdict.FAVOURABLE: "success",
    OpinionVerdict.RESERVED: "warning",
    OpinionVerdict.AGAINST: "error",
}

# The lines of the journal: the verbs that move a state, and those that do not.
VERBS = {
    Verb.CREATE: "Brouillon créé",
    Verb.SUBMIT: "Proposé",
    Verb.TAKE_BACK: "Repris par l’équipe",
    Verb.START: "Examen commencé",
    Verb.ASK_CHANGES: "Corrections demandées",
    Verb.APPROVE: "Validé",
    Verb.REJECT: "Refusé",
    Verb.PUBLISH: "Publié",
    Verb.PUBLISH_TRUSTED: "Publié directement par une équipe de confiance",
    Verb.UNPUBLISH: "Retiré du calendrier",
    Verb.REOPEN: "Examen rouvert",
    Verb.WITHDRAW: "Retiré du programme par l’équipe",
    Verb.ARCHIVE: "Archivé",
    "edit": "Modifié",
    "revise": "Modification proposée",
    "withdraw_revision": "Modification reprise",
    "accept_revision": "Modification acceptée",
    "refuse_revision": "Modification non retenue",
    "cancel_session": "Date annulée",
    "postpone": "Reporté",
    "reschedule": "Nouvelle date",
    "move_online": "Passé en ligne",
    "cancel": "Annulé",
    "opinion": "Avis de la région",
}

ROLES = {
    Role.HELPER: "accueil du lab",
    Role.EDITOR: "rédaction du lab",
    Role.MANAGER: "référent du lab",
    Role.COORDINATOR: "coordination régionale",
    Role.MODERATOR: "modération",
    Role.ADMIN: "administration",
}
