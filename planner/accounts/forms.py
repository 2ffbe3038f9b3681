"""What is asked of a person who signs in."""

from wtforms.validators import DataRequired, Email, Length

from planner.text import normalise_email, one_line
from planner.web.fields import DsfrForm, EmailField, StringField


class SignInForm(DsfrForm):
    email = EmailField(
        "Adresse électronique",
        [DataRequired(), Email(allow_smtputf8=False), Length(max=254)],
        autocomplete="email",
        description="Celle que connaît votre lab ou votre service, par exemple prenom.nom@example.org.",
    )

    def address(self) -> str:
        """The address as it is kept."""
        return normalise_email(self.email.data or "")


class AccountForm(DsfrForm):
    full_name = StringField(
        "Prénom et nom",
        [DataRequired(), Length(max=120)],
        autocomplete="name",
        description="Le nom que voient les équipes avec qui vous travaillez ici.",
    )

    def name(self) -> str:
        """The name on one line."""
        return one_line(self.full_name.data or "")
