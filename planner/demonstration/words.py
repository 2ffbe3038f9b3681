"""From the words of the sources to the values of the service, and the sober defaults where a source is silent."""

from datetime import time, timedelta

from planner.directory.models import Branch, OrganisationKind
from planner.events.models import Attendance, Audience, EventFormat, EventMode

BRANCHES = {
    "État": Branch.STATE,
    "territoriale": Branch.TERRITORIAL,
    "hospitalière": Branch.HOSPITAL,
    "opérateur": Branch.STATE,
    "enseignement supérieur": Branch.STATE,
}
BRANCHES_BY_VALUE = {branch.value: branch for branch in Branch}
KINDS = {kind.value: kind for kind in OrganisationKind}

MODES = {
    "présentiel": EventMode.ONSITE,
    "en ligne": EventMode.ONLINE,
    "hybride": EventMode.HYBRID,
}

FORMATS = {
    "afterwork": EventFormat.MEETING,
    "atelier": EventFormat.WORKSHOP,
    "barcamp": EventFormat.MEETING,
    "conférence": EventFormat.CONFERENCE,
    "cérémonie": EventFormat.PRESENTATION,
    "débat": EventFormat.DEBATE,
    "démonstration": EventFormat.DEMONSTRATION,
    "exposition": EventFormat.EXHIBITION,
    "expérience immersive": EventFormat.DEMONSTRATION,
    "formation": EventFormat.TRAINING,
    "forum": EventFormat.MEETING,
    "groupe de travail": EventFormat.WORKSHOP,
    "hackathon": EventFormat.CREATIVE_SESSION,
    "inauguration": EventFormat.PRESENTATION,
    "journée": EventFormat.CONFERENCE,
    "journée d’étude": EventFormat.CONFERENCE,
    "lancement": EventFormat.PRESENTATION,
    "matinée": EventFormat.CONFERENCE,
    "portes ouvertes": EventFormat.OPEN_DAY,
    "quiz": EventFormat.MEETING,
    "rencontre": EventFormat.MEETING,
    "rencontre de réseau": EventFormat.MEETING,
    "restitution": EventFormat.PRESENTATION,
    "séminaire": EventFormat.CONFERENCE,
    "table ronde": EventFormat.ROUND_TABLE,
    "université": EventFormat.TRAINING,
    "visite": EventFormat.VISIT,
    "webinaire": EventFormat.WEBINAR,
}
DEFAULT_FORMAT = EventFormat.MEETING

# When a source gives no hour: the beginning and the length that such an event ordinarily has.
HOURS = {
    EventFormat.CONFERENCE: (time(14), timedelta(hours=2)),
    EventFormat.WEBINAR: (time(11), timedelta(hours=1)),
    EventFormat.TRAINING: (time(9, 30), timedelta(hours=3)),
    EventFormat.WORKSHOP: (time(14), timedelta(hours=2)),
    EventFormat.DEBATE: (time(17), timedelta(hours=2)),
    EventFormat.ROUND_TABLE: (time(17), timedelta(hours=2)),
    EventFormat.CREATIVE_SESSION: (time(9), timedelta(hours=8)),
    EventFormat.DEMONSTRATION: (time(14), timedelta(hours=2)),
    EventFormat.EXHIBITION: (time(10), timedelta(hours=8)),
    EventFormat.VISIT: (time(14), timedelta(hours=2)),
    EventFormat.OPEN_DAY: (time(10), timedelta(hours=6)),
    EventFormat.PRESENTATION: (time(11), timedelta(hours=1, minutes=30)),
    EventFormat.MEETING: (time(9), timedelta(hours=3)),
}
# A source without hours may still say when in the day; the first of these words found decides.
PARTS_OF_DAY = {"matin": time(9, 30), "après-midi": time(14), "soirée": time(18, 30)}

PLACES = {
    EventFormat.CONFERENCE: 80,
    EventFormat.WEBINAR: 200,
    EventFormat.EXHIBITION: 100,
    EventFormat.OPEN_DAY: 100,
    EventFormat.MEETING: 60,
    EventFormat.PRESENTATION: 60,
    EventFormat.DEBATE: 60,
    EventFormat.ROUND_TABLE: 60,
}
DEFAULT_PLACES = 20

# How one comes to an event of several days, when it is not to every one of them.
ATTENDANCE = {EventFormat.EXHIBITION: Attendance.ONE_SESSION, EventFormat.MEETING: Attendance.PICK_SESSIONS}

AGENTS = (Audience.STATE_AGENTS, Audience.TERRITORIAL_AGENTS, Audience.HOSPITAL_AGENTS)
AUDIENCES = {
    "acteurs de l’innovation publique et sociale de Languedoc-Roussillon": (*AGENTS, Audience.ASSOCIATIONS),
    "administrations": (Audience.STATE_AGENTS,),
    "agents publics": AGENTS,
    "citoyens": (Audience.CITIZENS,),
    "collectivités": (Audience.TERRITORIAL_AGENTS,),
    "collectivités territoriales": (Audience.TERRITORIAL_AGENTS,),
    "grand public": (Audience.CITIZENS,),
    "jeunes actifs": (Audience.CITIZENS,),
    "labs d’innovation publique": AGENTS,
    "ministères": (Audience.STATE_AGENTS,),
    "opérateurs": (Audience.STATE_AGENTS,),
    "ouvert à tous": (*AGENTS, Audience.CITIZENS),
    "professionnels": AGENTS,
    "services déconcentrés de l’État": (Audience.STATE_AGENTS,),
    "élus": (Audience.ELECTED,),
    "étudiants": (Audience.CITIZENS,),
}

# The parcours of the edition of 2021, each with the subjects that lead to it; the last one takes the others.
_USERS = "L’innovation au service de l’expérience usager"
_AGENTS = "L’innovation au service de l’expérience agent"
_PLANET = "L’innovation pour des services publics écoresponsables"
_IMPACT = "L’innovation au service de la relance et de l’impact de l’action publique"
THEMES = (_USERS, _AGENTS, _PLANET, _IMPACT)
DEFAULT_THEME = _IMPACT
_SUBJECTS = {
    _USERS: (
        "API;EIG;accessibilité numérique;administration proactive;algorithmes publics;croisement des savoirs;design;"
        "design de service;design de services;design des politiques publiques;données;hôpital;imaginaires;"
        "innovation sociale;intelligence artificielle;justice;médiathèques;open data;participation citoyenne;"
        "simplification"
    ),
    _AGENTS: (
        "attractivité de la fonction publique;conditions de travail;culture de l’innovation;design fiction;"
        "environnement de travail;formation;formation des agents;ingénierie territoriale;innovation managériale;"
        "intrapreneuriat;jeux sérieux;laboratoires;management;méthodes;méthodes créatives;posture;"
        "produits numériques partagés;prospective;qualité de vie au travail;ressources humaines;"
        "sciences comportementales;transformation des organisations"
    ),
    _PLANET: (
        "arts et aménagement;eau;lieux;mobilités;services publics écoresponsables;sobriété;transition écologique"
    ),
}
THEME_OF = {subject: theme for theme, subjects in _SUBJECTS.items() for subject in subjects.split(";")}
