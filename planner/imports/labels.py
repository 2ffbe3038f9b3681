"""The French words of an import."""

from collections.abc import Mapping

from planner.imports.report import Outcome, Verdict
from planner.web.filters import counted

VERDICTS = {
    Verdict.ACCEPT: "Comprise",
    Verdict.WARN: "À regarder",
    Verdict.REJECT: "À corriger",
    Verdict.SKIP: "Laissée de côté",
}
BADGES = {Verdict.ACCEPT: "success", Verdict.WARN: "warning", Verdict.REJECT: "error", Verdict.SKIP: ""}

OUTCOMES = {
    Outcome.CREATE: "Un brouillon à créer",
    Outcome.UPDATE: "Un événement à mettre à jour",
    Outcome.SAME: "Déjà dans votre programme, à l’identique",
    Outcome.OUT_OF_HANDS: "Déjà proposé ou publié\u00a0: il se modifie depuis sa page",
    Outcome.REJECT: "Rien tant que ce n’est pas corrigé",
    Outcome.SKIP: "Rien à faire",
}

_COUNTED = {
    Outcome.CREATE: ("brouillon à créer", "brouillons à créer"),
    Outcome.UPDATE: ("événement à mettre à jour", "événements à mettre à jour"),
    Outcome.SAME: ("événement identique", "événements identiques"),
    Outcome.OUT_OF_HANDS: (
        "événement déjà proposé ou publié, inchangé",
        "événements déjà proposés ou publiés, inchangés",
    ),
    Outcome.REJECT: ("événement à corriger", "événements à corriger"),
}
_DONE = {
    **_COUNTED,
    Outcome.CREATE: ("brouillon créé", "brouillons créés"),
    Outcome.UPDATE: ("événement mis à jour", "événements mis à jour"),
}


def summary(events: Mapping[str, int], *, is_done: bool = False) -> str:
    """The counts of the outcomes, "14 brouillons à créer, 2 événements à mettre à jour.", in one sentence."""
    words = _DONE if is_done else _COUNTED
    parts = [counted(events[outcome], *words[outcome]) for outcome in words if events.get(outcome)]
    return f"{', '.join(parts)}." if parts else "Aucun événement n’y a été trouvé."


def confirmation(events: Mapping[str, int]) -> str:
    """What the button does: "Créer 14 brouillons et en mettre à jour 2"; empty when there is nothing to do."""
    create, update = events.get(Outcome.CREATE, 0), events.get(Outcome.UPDATE, 0)
    if create and update:
        return f"Créer {counted(create, 'brouillon')} et en mettre à jour {update}"
    if create:
        return f"Créer {counted(create, 'brouillon')}"
    return f"Mettre à jour {counted(update, 'événement')}" if update else ""
