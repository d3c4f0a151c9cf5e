"""The people of the tests, each introduced in a sentence."""

from dataclasses import dataclass, fields

from microcred.accounts import actions
from microcred.accounts.models import Account, RoleName, School
from microcred.db import db

T, R, P, C, A = RoleName.TEACHER, RoleName.REVIEWER, RoleName.PRINCIPAL, RoleName.COORDINATOR, RoleName.ADMINISTRATOR


@dataclass
class Cast:
    """Two schools and those who work there or for the district."""

    north: School
    south: School
    amara: Account
    """Amara teaches at North school; most tests are about her."""
    bruno: Account
    """Bruno teaches at North school too, and reads French."""
    chloe: Account
    """Chloé teaches at South school."""
    pia: Account
    """Pia is the principal of North school."""
    pavel: Account
    """Pavel is the principal of South school."""
    rita: Account
    """Rita reviews evidence."""
    ravi: Account
    """Ravi reviews evidence too."""
    rosa: Account
    """Rosa reviews evidence as well, and is often the third."""
    cora: Account
    """Cora coordinates the pilot."""
    adam: Account
    """Adam is the administrator."""
    dora: Account
    """Dora taught at North school; her account is disabled."""

    @property
    def people(self) -> list[Account]:
        """Everyone, in the order above."""
        members = [getattr(self, each.name) for each in fields(self)]
        return [member for member in members if isinstance(member, Account)]


def make_cast() -> Cast:
    """Write the cast to the database, without passwords."""
    north, south = (actions.create_school(name, by=None) for name in ("North school", "South school"))

    def person(name: str, school: School | None, *roles: RoleName, language: str = "en") -> Account:
        email = f"{name.split()[0].lower()}@school.local"
        return actions.create_person(name, email, school=school, roles=roles, by=None, language=language)

    cast = Cast(
        north=north,
        south=south,
        amara=person("Amara Okafor", north, T),
        bruno=person("Bruno Tremblay", north, T, language="fr"),
        chloe=person("Chloe Nguyen", south, T),
        pia=person("Pia Lindqvist", north, P),
        pavel=person("Pavel Novak", south, P),
        rita=person("Rita Moreau", None, R),
        ravi=person("Ravi Shah", None, R),
        rosa=person("Rosa Delgado", None, R),
        cora=person("Cora Whitefeather", None, C),
        adam=person("Adam Price", None, A),
        dora=person("Dora Petit", north, T),
    )
    actions.disable_person(cast.dora, by=cast.adam)
    db.session.commit()
    return cast
