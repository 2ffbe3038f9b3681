"""The one mail of the accounts: the link that signs in."""

from planner import clock, tokens
from planner.accounts import queries, rules
from planner.errors import RuleViolation
from planner.mail.email import Email
from planner.mail.links import link
from planner.mail.registry import message


@message("accounts.sign_in_link")
def sign_in_link(link_id: int) -> Email | None:
    """The link to the address it was asked for; None once it has served or its time is over."""
    asked = queries.link(link_id)
    if asked is None:
        return None
    try:
        rules.check_link(asked, clock.now())
    except RuleViolation:
        return None
    token = tokens.seal("sign_in_link", asked.link_key)
    context = {"url": link("accounts.confirm", token=token), "minutes": rules.LINK_LIFE.seconds // 60}
    return Email(asked.email, "Votre lien de connexion", context)
