"""Refusals: what the service answers when a rule says no."""


class RuleViolation(Exception):
    """A rule refuses what was asked; `message` is the French sentence the person reads.

    Subclasses say what is true (`RegistrationClosed`). `field` names the form field concerned, when there is one.
    """

    message = "Cette action n’est pas possible."

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        self.message = message or type(self).message
        self.field = field
        super().__init__(self.message)
