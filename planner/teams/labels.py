"""What each role of a team means, in one sentence."""

from planner.directory.models import MembershipRole

ROLE_HINTS: dict[str, str] = {
    MembershipRole.MANAGER: "Répond du lab\u00a0: compose et propose le programme, gère l’équipe et la page du lab.",
    MembershipRole.EDITOR: "Compose et propose le programme, suit les inscriptions.",
    MembershipRole.HELPER: "Accueille le public\u00a0: pointe les personnes présentes, et ne voit rien d’autre.",
}
