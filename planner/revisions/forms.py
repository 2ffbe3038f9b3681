"""What is asked before something happens to a published event: words for the registrants, new dates, a link."""

from collections.abc import Sequence
from typing import Any

from wtforms.validators import DataRequired, Length, Optional

from planner.events.models import Event, EventSession, RegistrationKind
from planner.programmes.date_fields import DAYS, SessionForm
from planner.programmes.rules import Slot, fingerprint
from planner.web.fields import (
    DateField,
    DsfrForm,
    EntriesField,
    HiddenField,
    SubFormField,
    TextAreaField,
    TimeField,
    URLField,
)
from planner.web.validators import web_address


class StatusForm(DsfrForm):
    """Words for the registrants. `seen` is the mark of what the preview was made from, which alone is confirmed."""

    seen = HiddenField()
    words = TextAreaField(
        "Message aux personnes inscrites",
        [DataRequired("Dites aux personnes inscrites ce qui se passe."), Length(max=1000)],
        description="Il paraît aussi sur la page de l’événement.",
    )

    def values(self) -> dict[str, Any]:
        """What the verb needs, besides the event and the person."""
        return {"words": self.words.data}

    @property
    def is_seen(self) -> bool:
        """Is this what the preview was made from?"""
        return self.seen.data == fingerprint(self.values())

    def show(self) -> None:
        """The page shows the preview of this."""
        self.seen.data = fingerprint(self.values())


class CancelForm(StatusForm):
    """Why it does not take place."""

    words = TextAreaField(
        "Message aux personnes inscrites",
        [DataRequired("Dites aux personnes inscrites ce qui se passe."), Length(max=1000)],
        description="Pourquoi la rencontre n’a pas lieu, ce que vous proposez à la place. "
        "Il paraît aussi sur la page de l’événement.",
    )


class CancelSessionForm(StatusForm):
    """Why one date does not take place."""

    words = TextAreaField(
        "Message aux personnes inscrites à cette date",
        [DataRequired("Dites aux personnes inscrites ce qui se passe."), Length(max=1000)],
        description="Pourquoi la rencontre n’a pas lieu, et s’il reste une autre date.",
    )


class NewDateForm(SessionForm):
    """The new day and hours of a date, whole or not at all."""

    day = DateField("Nouveau jour", [Optional(), DAYS])
    start_time = TimeField("Début")
    end_time = TimeField("Fin")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self._fields.keys() - {"session_id", "day", "start_time", "end_time", "end_day"}:
            del self[name]

    @property
    def new_slot(self) -> Slot | None:
        """The new date; None when nothing is typed."""
        day, start_time, end_time, end_day = (self[name].data for name in ("day", "start_time", "end_time", "end_day"))
        session_id = self.session_id.data or ""
        if not (day or start_time or end_time):
            return None
        return Slot(
            session_id=int(session_id) if session_id.isdecimal() else None,
            title="",
            day=day,
            start_time=start_time,
            end_day=end_day if end_day != day else None,
            end_time=end_time,
            places_onsite=None,
            places_online=None,
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """A part alone is refused beside the day."""
        is_valid: bool = super().validate(extra_validators)
        slot = self.new_slot
        if slot and not (slot.day and slot.start_time and slot.end_time):
            words = "Donnez le jour, l’heure de début et l’heure de fin, ou laissez les trois vides."
            self.day.errors = [*self.day.errors, words]
            return False
        return is_valid


class PostponeForm(StatusForm):
    """Why, and the new dates when they are known."""

    sessions = EntriesField(SubFormField(NewDateForm), "Nouvelles dates", legend="Date {}")

    def __init__(self, coming: Sequence[EventSession], **kwargs: Any) -> None:
        super().__init__(data={"sessions": [{"session_id": str(session.id)} for session in coming]}, **kwargs)

    def values(self) -> dict[str, Any]:
        slots = [entry.form.new_slot for entry in self.sessions]
        return {**super().values(), "slots": [slot for slot in slots if slot]}


class MoveOnlineForm(StatusForm):
    """Why, and where one connects."""

    joining_link = URLField(
        "Lien de connexion",
        [DataRequired("Indiquez le lien de connexion."), Length(max=1000), web_address],
        description="Envoyé aux seules personnes inscrites.",
    )

    def __init__(self, event: Event, **kwargs: Any) -> None:
        super().__init__(data={"joining_link": event.joining_link}, **kwargs)
        if event.registration_kind is not RegistrationKind.HERE:  # whoever registers elsewhere gets it from there
            self.joining_link.validators = [Optional(), *self.joining_link.validators[1:]]
            self.joining_link.flags.required = False

    def values(self) -> dict[str, Any]:
        return {**super().values(), "joining_link": self.joining_link.data or ""}
