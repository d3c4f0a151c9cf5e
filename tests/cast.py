"""The people of the tests, each introduced in a sentence."""

from dataclasses import dataclass, fields

from microcred.accounts.models import SCHOOL_ROLES, Account, Role, RoleName, School
from microcred.db import db, utcnow

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
    """Write the cast to the database, without passwords and, since every test begins with it, in one go."""
    north, south = School(name="North school"), School(name="South school")
    db.session.add_all((north, south))
    db.session.flush()

    def person(name: str, school: School | None, *roles: RoleName, language: str = "en") -> Account:
        held = [Role(name=role, school_id=school.id if school and role in SCHOOL_ROLES else None) for role in roles]
        account = Account(name=name, email=f"{name.split()[0].lower()}@school.local", language=language, roles=held)
        account.school, account.created_at = school, utcnow()
        return account

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
    cast.dora.disabled_at = utcnow()
    db.session.add_all(cast.people)
    db.session.commit()
    return cast
