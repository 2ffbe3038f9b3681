"""Two people on one page: the mark that tells whether what was read has changed since, and what then differs."""

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import Any

from planner.errors import RuleViolation


class EditedMeanwhile(RuleViolation):
    message = (
        "Quelqu’un d’autre a enregistré cette page pendant que vous écriviez. Vos réponses sont encore là\u00a0: "
        "comparez, puis enregistrez à nouveau pour les garder."
    )


def fingerprint(values: Mapping[str, Any]) -> str:
    """A short mark of these values: it comes back with the form and tells whether they have changed since."""
    written = json.dumps({name: _plain(value) for name, value in values.items()}, sort_keys=True)
    return sha256(written.encode()).hexdigest()[:16]


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What differs, as field → [old, new], fit for JSON."""
    return {name: [_plain(before[name]), _plain(after[name])] for name in before if before[name] != after[name]}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(part) for name, part in asdict(value).items()}
    match value:
        case list():
            return [_plain(item) for item in value]
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | time():
            return value.isoformat()
    return value
