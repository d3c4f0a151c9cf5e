"""What people teach: lists of subjects as they are typed, and one spelling of each for the whole district."""

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _

from microcred.errors import Refused
from microcred.fields import one_line

MOST_SUBJECTS = 12
LONGEST_SUBJECT = 60


def tidy(subjects: Iterable[str]) -> list[str]:
    """The subjects without blanks and repetitions, whatever their capitals; refused for too long a one and too many."""
    found: dict[str, str] = {}
    for subject in filter(None, map(one_line, subjects)):
        if len(subject) > LONGEST_SUBJECT:
            shown = f"{subject[:LONGEST_SUBJECT]}…"
            raise Refused(
                _("“%(subject)s” is longer than %(count)s characters.", subject=shown, count=LONGEST_SUBJECT),
                field="subjects",
            )
        found.setdefault(subject.casefold(), subject)
    if len(found) > MOST_SUBJECTS:
        raise Refused(_("At most %(count)s subjects, please.", count=MOST_SUBJECTS), field="subjects")
    return list(found.values())


def spelling(subjects: Iterable[str]) -> dict[str, str]:
    """Each subject under what it has in common with its other spellings; the first of them counts."""
    found: dict[str, str] = {}
    for subject in subjects:
        found.setdefault(subject.casefold(), subject)
    return found


def spelled(subjects: Iterable[str], known: Mapping[str, str]) -> list[str]:
    """The subjects as the district spells them already; those that are new as they were typed."""
    return [known.get(subject.casefold(), subject) for subject in subjects]
