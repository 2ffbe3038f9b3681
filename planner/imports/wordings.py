"""How people call each column in their own spreadsheets, beside the heading of the template."""

# By the value of `columns.Field`; wordings are separated by " | ".
WORDINGS: dict[str, str] = {
    "external_id": (
        "id | référence | réf | n° | numéro | code | identifiant externe | identifiant de l’événement | event id"
    ),
    "title": (
        "intitulé | nom | nom de l’événement | titre de l’événement | intitulé de l’événement | événement | "
        "évènement | titre de l’atelier | nom de l’atelier | intitulé de l’action | action | titre de "
        "l’action | nom de l’action | intitulé du projet | sujet | libellé | objet | title"
    ),
    "summary": (
        "accroche | chapô | présentation courte | description courte | résumé court | en bref | en une phrase "
        "| phrase d’accroche | pitch | texte court | synthèse | sous-titre | summary"
    ),
    "description": (
        "descriptif | contenu | présentation | détail | détails | déroulé | description longue | description "
        "détaillée | description de l’événement | descriptif de l’événement | programme | texte long | "
        "présentation longue | objectifs | objectif | contenu de l’événement"
    ),
    "format": (
        "type | type d’événement | format de l’événement | nature | nature de l’événement | type d’action | "
        "catégorie | forme | type de format | type de rencontre"
    ),
    "themes": "thème | thématique | thématiques | parcours | axe | axes | thème de l’événement | axe thématique",
    "keywords": "mot-clé | mots clefs | mot clef | étiquettes | tags | tag",
    "skills": "compétence | compétences visées | compétences acquises | savoir-faire",
    "session_title": (
        "intitulé de cette date | intitulé de la session | titre de la session | nom de la session | session "
        "| titre du créneau | intitulé du créneau | séance | titre de la séance | nom de la séance"
    ),
    "day": (
        "jour | dates | jours | date de l’événement | date de début | date début | jour de début | date et "
        "heure | dates et heures | date et horaire | date et horaires | dates et horaires | date/heure | "
        "quand | date(s) | date prévue | date prévisionnelle | date de la session | date de l’atelier | date "
        "et heure de début | jour et heure | jour et horaires | calendrier | day | date start | start date"
    ),
    "start_time": (
        "début | heure | heure début | à partir de | heure de démarrage | h début | horaire de début | "
        "horaire début | début à | commence à | de | start | start time | time start"
    ),
    "end_time": (
        "fin | heure fin | jusqu’à | h fin | horaire de fin | horaire fin | fin à | "
        "se termine à | à | end | end time | time end"
    ),
    "end_day": "date de fin | date fin | dernier jour | au | date et heure de fin | date end | end date",
    "hours": (
        "horaire | créneau | créneaux | créneau horaire | créneaux horaires | plage horaire | heures "
        "de début et de fin | heure de début et de fin | heure début/fin"
    ),
    "duration": "durée de l’événement | durée prévue | temps | durée estimée",
    "attendance": "participation | venue aux dates | mode de participation",
    "off_period_reason": "motif hors période | raison hors période | hors période | dérogation | motif de dérogation",
    "mode": (
        "mode | modalité | modalités | présentiel/distanciel | présentiel ou distanciel | présentiel / "
        "distanciel | modalité de participation | modalités de participation | distanciel/présentiel | en "
        "ligne ou sur place | distanciel ou présentiel | présentiel ou à distance | présentiel/visio | en "
        "présentiel ou à distance"
    ),
    "venue": "nom de lieu | site | établissement | bâtiment | espace | structure d’accueil | lieu d’accueil | venue",
    "street": "rue | voie | numéro et voie | adresse postale | adresse 1 | n° et rue | numéro et nom de rue",
    "postcode": "cp | code postal du lieu | c.p. | postal | code postal de l’événement",
    "city": "commune | localité | ville de l’événement | ville du lieu | lieu (ville) | commune du lieu | city",
    "place": (
        "adresse | lieu de l’événement | adresse complète | où | lieu et adresse | adresse du lieu | "
        "localisation | lieu exact | lieu de rendez-vous | lieu ou lien | lieu / lien | adresse de "
        "l’événement | lieu(x) | lieux | address"
    ),
    "region": "région administrative | territoire | région du lieu",
    "room": "nom de la salle | salle de réunion | amphithéâtre | salles",
    "track": "filière | track | fil thématique | fil rouge",
    "joining_link": (
        "lien visio | lien de visio | lien visioconférence | lien de la visioconférence | lien teams | lien "
        "zoom | url de connexion | lien de la visio | lien webinaire | lien du webinaire | adresse de "
        "connexion | visioconférence | lien de visioconférence | lien de participation | connexion | visio"
    ),
    "is_joining_link_public": "lien public | publicité du lien de connexion | lien visible par tous",
    "audiences": (
        "public | public visé | publics visés | public cible | publics cibles | cible | cibles | audience | "
        "destinataires | participants | pour qui | public concerné | public attendu | à qui s’adresse "
        "l’événement | type de public"
    ),
    "is_reserved": "réservé | accès réservé | public réservé | sur invitation | réservé à",
    "level": "niveau requis | niveau attendu | prérequis | difficulté",
    "accessibility": (
        "accès pmr | pmr | accessible pmr | handicap | accessibilité pmr | accessible aux pmr | accueil handicap"
    ),
    "accessibility_note": "précisions accessibilité | accès | commentaire accessibilité | informations d’accessibilité",
    "registration_kind": (
        "inscription | inscriptions | modalités d’inscription | modalité d’inscription | type d’inscription | "
        "sur inscription | comment s’inscrire | registration"
    ),
    "registration_url": (
        "lien d’inscription | lien inscription | url d’inscription | lien vers l’inscription | url "
        "inscription | formulaire d’inscription | lien du formulaire | lien d’inscription en ligne | lien "
        "vers le formulaire | adresse de la page d’inscription | billetterie | lien pour s’inscrire | lien "
        "formulaire d’inscription"
    ),
    "registration_opens_at": "début des inscriptions | date d’ouverture des inscriptions | inscriptions à partir du",
    "registration_closes_at": (
        "fin des inscriptions | date limite d’inscription | date de clôture des inscriptions | limite "
        "d’inscription | inscriptions jusqu’au | date limite des inscriptions"
    ),
    "places_onsite": (
        "jauge | capacité | nombre de places | nb places | nb de places | places | jauge maximale | capacité "
        "d’accueil | nombre maximum de participants | nombre max de participants | jauge max | places "
        "disponibles | places en présentiel | nombre de places sur place | jauge présentiel | nbre de places "
        "| capacité maximale | nombre de places disponibles | capacité de la salle"
    ),
    "places_online": (
        "jauge en ligne | places à distance | nombre de places en ligne | places en distanciel | jauge "
        "distanciel | capacité en ligne | places en visio"
    ),
    "has_waiting_list": "avec liste d’attente | tenir une liste d’attente",
    "needs_approval": "validation des inscriptions | inscription sous réserve de validation | inscription à valider",
    "reserved_domains": "domaines réservés | domaines acceptés | domaines de messagerie | domaines autorisés",
    "contact_name": (
        "contact | référent | référente | personne contact | responsable | interlocuteur | personne à "
        "contacter | nom du référent | contacts | point de contact | nom du responsable | pilote | personne "
        "référente"
    ),
    "contact_email": (
        "courriel | mail | email | e-mail | adresse mail | adresse électronique | adresse e-mail | mél | mail "
        "du contact | courriel du contact | email du contact | mail de contact | courriel de contact | email "
        "contact | mail contact | contact mail | mail du référent | adresse mail de contact | contact email | "
        "adresse mail du contact | adresse mail du référent | adresse courriel"
    ),
    "expected_attendance": (
        "nombre de participants | nombre de participants attendus | participants attendus | affluence | nb de "
        "participants | nb participants | nombre de personnes attendues | effectif | effectif attendu | "
        "fréquentation attendue"
    ),
    "is_free_of_charge": "gratuité | tarif | prix | coût | événement gratuit | entrée gratuite | payant",
    "note_to_reviewers": (
        "message | remarque | remarques | commentaire | commentaires | observations | observation | note | "
        "notes | note interne | message à l’équipe | informations complémentaires | divers"
    ),
}
