"""Those who wait for a place or hold one, and the places that are kept for some of them, as a rule sees them."""

from typing import NamedTuple


class Contender(NamedTuple):
    """Somebody in a pilot by the number of the entry, with what places may be kept for."""

    volunteer_id: int
    school_id: int = 0
    subjects: frozenset[str] = frozenset()


class Kept(NamedTuple):
    """Places that are kept for the teachers of one school, or of one subject."""

    places: int
    school_id: int | None = None
    subject: str | None = None

    def suits(self, contender: Contender) -> bool:
        """Whether such a place may be given to that person."""
        return contender.school_id == self.school_id if self.school_id else self.subject in contender.subjects
