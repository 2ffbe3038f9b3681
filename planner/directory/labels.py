"""The French words of the directory, the same on every screen."""

from planner.directory.models import Branch, MembershipRole, OrganisationKind

KINDS = {
    OrganisationKind.LIIT: "Lab territorial de l’État (LIIT)",
    OrganisationKind.LAB: "Lab d’innovation publique",
    OrganisationKind.MINISTRY: "Ministère",
    OrganisationKind.LOCAL_AUTHORITY: "Collectivité territoriale",
    OrganisationKind.HOSPITAL: "Établissement de santé",
    OrganisationKind.OPERATOR: "Opérateur public",
    OrganisationKind.ASSOCIATION: "Association",
    OrganisationKind.OTHER: "Autre structure",
}
BRANCHES = {
    Branch.STATE: "Fonction publique de l’État",
    Branch.TERRITORIAL: "Fonction publique territoriale",
    Branch.HOSPITAL: "Fonction publique hospitalière",
}
ROLES = {
    MembershipRole.MANAGER: "Référent ou référente",
    MembershipRole.EDITOR: "Membre de l’équipe",
    MembershipRole.HELPER: "Accueil le jour J",
}
