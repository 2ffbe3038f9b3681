"""Who plays what in the demonstration: the accounts, the lab whose desk is full, the events that wait for a decision.

Roles only, never a person's name; every address is at example.org, which receives nothing.
"""

from dataclasses import dataclass

from planner.accounts.models import GrantRole
from planner.directory.models import MembershipRole
from planner.events.models import EventState

LAB = "L001"  # Lab Archipel: a LIIT, in a region where the sources are rich


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in: in the lab, in its region, or at DITP."""

    role: str  # in French, as the launcher shows it
    email: str
    full_name: str
    in_lab: MembershipRole | None = None
    granted: GrantRole | None = None


EDITOR = Account(
    "Lab : rédaction",
    "redaction.lab-archipel@example.org",
    "Rédaction du Lab Archipel",
    in_lab=MembershipRole.EDITOR,
)
COORDINATOR = Account(
    "Coordination régionale",
    "coordination.auvergne-rhone-alpes@example.org",
    "Coordination Auvergne-Rhône-Alpes",
    granted=GrantRole.COORDINATOR,
)
MODERATOR = Account(
    "DITP : modération", "moderation.ditp@example.org", "Modération de la DITP", granted=GrantRole.MODERATOR
)
ACCOUNTS = (
    EDITOR,
    Account(
        "Lab : référent",
        "referent.lab-archipel@example.org",
        "Référent du Lab Archipel",
        in_lab=MembershipRole.MANAGER,
    ),
    Account(
        "Lab : accueil le jour J",
        "accueil.lab-archipel@example.org",
        "Accueil du Lab Archipel",
        in_lab=MembershipRole.HELPER,
    ),
    COORDINATOR,
    MODERATOR,
    Account("DITP : administration", "administration.ditp@example.org", "Administration DITP", granted=GrantRole.ADMIN),
    Account("Agent public, sans rôle", "agent.prefecture@example.org", "Agent d’une préfecture"),
)
ORGANISERS = Account("Autres organisateurs", "organisateurs@example.org", "Équipes organisatrices")  # never listed

# Events given to an organisation for the sake of the example: their source names no organiser, or the demonstration
# lab needs them for its desk. The page of each says so.
GIVEN_TO = {
    "E007": "L003",
    "E010": "L008",
    "E011": "L008",
    "E016": LAB,
    "E029": "L011",
    "E030": "L004",
    "E034": "DITP",
    "E058": LAB,
    "E077": "DITP",
    "E094": LAB,
    "E095": LAB,
    "E096": LAB,
    "E097": LAB,
    "E098": LAB,
}

# Longer in the source than a title may be here.
SHORTER_TITLES = {"E031": "Table ronde sur les laboratoires d’innovation publique et annonce des lauréats"}

STATES = {
    "E016": EventState.APPROVED,
    "E080": EventState.SUBMITTED,
    "E081": EventState.SUBMITTED,
    "E082": EventState.APPROVED,
    "E083": EventState.UNDER_REVIEW,
    "E084": EventState.SUBMITTED,
    "E095": EventState.SUBMITTED,
    "E096": EventState.UNDER_REVIEW,
    "E097": EventState.CHANGES_REQUESTED,
}
CANCELLED = "E058"
CANCELLED_TEXT = (
    "Exemple d’annulation, pour montrer ce que voient les personnes inscrites : "
    "l’événement d’origine, lui, n’a pas été annulé."
)
CLONED = "E048"  # an incomplete draft is made from it
FEATURED = frozenset({"E010", "E070", "E089", "E091"})

# How many people register: the second one is full, with three people waiting.
CROWDS = {"E048": 26, "E094": 42, "E098": 15}

UPCOMING = frozenset({*STATES, *CROWDS, *FEATURED, CANCELLED})  # must still be to come on the day of loading

CHANGES_WANTED = (
    "Merci pour cette proposition. Pouvez-vous dire dans la description ce que les personnes auront fait à la fin "
    "de l’atelier, et préciser l’accès à la salle en fauteuil roulant ?"
)
CHANGES_FIELDS = ("description", "accessibility")
INTERNAL_NOTE = "Complète bien la matinée régionale du même jour : à valider ensemble."

ROLES = (
    "Agente",
    "Agent",
    "Cheffe de projet",
    "Chargé de mission",
    "Responsable innovation",
    "Directrice",
    "Assistant",
    "Formatrice",
)
WORKPLACES = (
    "préfecture",
    "département",
    "centre hospitalier",
    "métropole",
    "ministère",
    "commune",
    "conseil régional",
    "direction interrégionale",
)
