"""What WTForms says when a field is wrong: its own French, and better sentences where it only states a fault."""

from gettext import GNUTranslations, translation

from wtforms.i18n import messages_path

_SENTENCES = {
    "This field is required.": "Remplissez ce champ.",
    "Invalid input.": "Cette réponse n’a pas la forme attendue.",
    "Invalid email address.": "Cette adresse semble incomplète. Exemple de forme attendue : prenom.nom@example.org.",
    "Invalid URL.": "Cette adresse semble incomplète. Exemple de forme attendue : https://www.example.org.",
    "Field must be equal to %(other_name)s.": "Les deux réponses sont différentes.",
    "Field must be between %(min)d and %(max)d characters long.": "Écrivez entre %(min)d et %(max)d caractères.",
    "Number must be at least %(min)s.": "Indiquez %(min)s ou plus.",
    "Number must be at most %(max)s.": "Indiquez %(max)s ou moins.",
    "Number must be between %(min)s and %(max)s.": "Indiquez un nombre entre %(min)s et %(max)s.",
    "Date must be at least %(min)s.": "Cette date est trop tôt.",
    "Date must be at most %(max)s.": "Cette date est trop tard.",
    "Date must be between %(min)s and %(max)s.": "Cette date est en dehors de la période possible.",
    "File does not have an approved extension: {extensions}": "Ce fichier n’est pas d’un type accepté : {extensions}.",
    "File does not have an approved extension.": "Ce fichier n’est pas d’un type accepté.",
    "Not a valid integer value.": "Indiquez un nombre entier, en chiffres.",
    "Not a valid decimal value.": "Indiquez un nombre, en chiffres.",
    "Not a valid date value.": "Cette date n’existe pas. Exemple de forme attendue : 12/11/2026.",
    "Not a valid time value.": "Cette heure n’existe pas. Exemple de forme attendue : 14:30.",
    "Not a valid choice.": "Choisissez une réponse de la liste.",
    "Invalid Choice: could not coerce.": "Choisissez une réponse de la liste.",
    "Invalid choice(s): one or more data inputs could not be coerced.": "Choisissez parmi les réponses proposées.",
}
_COUNTED = {
    "Field must be at least %(min)d character long.": (
        "Écrivez au moins %(min)d caractère.",
        "Écrivez au moins %(min)d caractères.",
    ),
    "Field cannot be longer than %(max)d character.": (
        "Ce texte est trop long : %(max)d caractère au maximum.",
        "Ce texte est trop long : %(max)d caractères au maximum.",
    ),
    "Field must be exactly %(max)d character long.": (
        "Écrivez exactement %(max)d caractère.",
        "Écrivez exactement %(max)d caractères.",
    ),
    "'%(value)s' is not a valid choice for this field.": (
        "Choisissez parmi les réponses proposées.",
        "Choisissez parmi les réponses proposées.",
    ),
}


class Translations:
    """The two functions that WTForms asks of its translations."""

    def __init__(self, wtforms: GNUTranslations) -> None:
        self._wtforms = wtforms

    def gettext(self, string: str) -> str:
        return _SENTENCES.get(string) or self._wtforms.gettext(string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        if singular in _COUNTED:
            return _COUNTED[singular][abs(n) > 1]
        return self._wtforms.ngettext(singular, plural, n)


TRANSLATIONS = Translations(translation("wtforms", messages_path(), ["fr"]))
