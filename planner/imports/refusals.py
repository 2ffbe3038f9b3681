"""Why a file cannot be read at all: each refusal says in French what to do, under a code that programs know."""

from planner.errors import RuleViolation


class Unreadable(RuleViolation):
    """The file gives no row. `code` is stable: it goes into the JSON of the command."""

    code = "file.unreadable"
    message = "Ce fichier ne s’ouvre pas\u00a0: il est peut-être abîmé. Enregistrez-le à nouveau, puis redéposez-le."


class EmptyFile(Unreadable):
    code = "file.empty"
    message = "Ce fichier est vide\u00a0: choisissez celui qui contient votre programme."


class FileTooBig(Unreadable):
    code = "file.too_big"
    message = (
        "Ce fichier dépasse 5\u00a0Mo\u00a0: retirez-en les images et les onglets inutiles, ou enregistrez-le en CSV."
    )


class UnpacksTooBig(Unreadable):
    code = "file.unpacks_too_big"
    message = "Ouvert, ce fichier dépasse 50\u00a0Mo\u00a0: copiez les lignes de votre programme dans un fichier neuf."


class TooManyRows(Unreadable):
    code = "file.too_many_rows"
    message = (
        "Ce fichier a plus de 2\u00a0000\u00a0lignes\u00a0: gardez celles de votre programme, "
        "ou déposez-le en plusieurs fichiers."
    )


class TooManyColumns(Unreadable):
    code = "file.too_many_columns"
    message = "Ce fichier a plus de 200\u00a0colonnes\u00a0: gardez celles de votre programme."


class HasMacros(Unreadable):
    code = "file.macros"
    message = "Ce fichier contient des macros\u00a0: enregistrez-le en classeur sans macros (.xlsx), puis redéposez-le."


class HasPassword(Unreadable):
    code = "file.password"
    message = "Ce fichier est protégé par un mot de passe\u00a0: retirez-le, enregistrez, puis redéposez le fichier."


class OldExcel(Unreadable):
    code = "file.old_excel"
    message = "Ce fichier est d’un ancien Excel (.xls)\u00a0: enregistrez-le au format .xlsx, puis redéposez-le."


class NotASpreadsheet(Unreadable):
    code = "file.not_a_spreadsheet"
    message = "Ce fichier n’est pas un tableau\u00a0: déposez un fichier .xlsx, .ods ou .csv."


class UnclosedQuote(Unreadable):
    code = "file.unclosed_quote"
    message = (
        "Un guillemet ouvert n’est jamais refermé dans ce fichier CSV\u00a0: corrigez-le, "
        "ou enregistrez le tableau au format .xlsx."
    )


class NoHeader(Unreadable):
    code = "file.no_header"
    message = (
        "Aucune ligne de titres de colonnes n’a été reconnue\u00a0: ajoutez au-dessus de vos événements "
        "une ligne avec «\u00a0Titre\u00a0», «\u00a0Date\u00a0», «\u00a0Lieu\u00a0»… ou partez du modèle."
    )
