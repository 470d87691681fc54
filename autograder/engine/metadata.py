"""Reads Gradescope's submission_metadata.json; whatever stands in it, it comes out as a value or a clear sentence."""

import codecs
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from autograder.engine.tree import read
from autograder.manifest import instant
from autograder.scoring.policy import SUBMISSION, Handed

__all__ = ["METADATA_LIMIT", "read_metadata"]

METADATA_LIMIT = 32 << 20  # it holds the results of the submission before, outputs and all
USERS, KEY_LENGTH = 50, 200


class Shape(msgspec.Struct):
    """The keys that are looked at; the rest, earlier results among them, is skipped unread."""

    id: Any = None
    created_at: Any = None
    assignment: Any = None
    users: Any = None


def read_metadata(path: Path) -> Handed:
    """When the submission was handed in, by whom, and what dates Gradescope has for them.

    Only `created_at` says when, never a clock, so grading again changes nothing. What is missing or of another form is
    told in `troubles`, one sentence each; nothing is guessed and nothing raises.
    """
    try:
        data = read(path, METADATA_LIMIT + 1)
    except OSError as error:
        return Handed(
            troubles=(f"{path.name} cannot be read ({error.strerror or error}): nothing is known of the date",)
        )
    if len(data) > METADATA_LIMIT:
        return Handed(troubles=(f"{path.name} is larger than {METADATA_LIMIT >> 20} MiB and was not read",))
    try:
        shape = msgspec.json.decode(data.removeprefix(codecs.BOM_UTF8), type=Shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return Handed(troubles=(f"{path.name} is not the metadata that Gradescope writes: {str(error)[:200]}",))
    troubles: list[str] = []
    created = _moment(shape.created_at, "created_at", troubles)
    if shape.created_at is None:
        troubles.append(f"{path.name} has no created_at: when this was handed in is not known")
    users = _users(shape.users, troubles)
    due = _date({"assignment": shape.assignment}, "assignment", troubles)
    dates = [_date(user, "users[].assignment", troubles) for user in users]
    own = [found for found in dates if found is not None and found != due]
    return Handed(
        created_at=created,
        keys=tuple(_keys(shape.id, users)),
        due=due,
        own_due=max(own, default=None),
        troubles=tuple(troubles),
    )


def _users(value: Any, troubles: list[str]) -> list[dict[str, Any]]:
    found = [user for user in value[:USERS] if isinstance(user, dict)] if isinstance(value, list) else []
    if not found:
        troubles.append("the metadata names no user: overrides can be found by the submission's id only")
    elif len(found) != len(value):
        troubles.append(f"of {len(value)} users in the metadata {len(found)} were read")
    return found


def _keys(submission: Any, users: list[dict[str, Any]]) -> Iterator[str]:
    """The submission's id, as Gradescope's export writes it too, and each user's e-mail and sid."""
    if isinstance(submission, str | int) and not isinstance(submission, bool):
        yield from _texts(submission)
        yield from _texts(f"{SUBMISSION}{submission}")
    for user in users:
        for field in ("email", "sid"):
            yield from _texts(user.get(field))


def _texts(value: Any) -> Iterator[str]:
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if text and text.isprintable():
        yield text[:KEY_LENGTH]


def _date(holder: dict[str, Any], where: str, troubles: list[str]) -> datetime | None:
    """The `due_date` of the holder's assignment; none is no trouble."""
    assignment = holder.get("assignment")
    value = assignment.get("due_date") if isinstance(assignment, dict) else None
    return None if value is None else _moment(value, f"{where}.due_date", troubles)


def _moment(value: Any, key: str, troubles: list[str]) -> datetime | None:
    if value is None:
        return None
    try:
        if not isinstance(value, str) or len(value) > 64:
            raise ValueError("it is no date and time as Gradescope writes them")
        return instant(value).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        troubles.append(f"`{key}` of the metadata is not used: {error}")
        return None
