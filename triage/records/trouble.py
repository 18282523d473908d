"""What can go wrong in the database, told apart by what the caller can do about it."""

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError


class OtherSchema(RuntimeError):
    """The database has the shape of another version of the code; this one keeps its hands off until they agree."""

    def __init__(self, found: str | None, needed: str) -> None:
        super().__init__(f"the database is at {found}, this program needs {needed}")


Trouble = (DBAPIError, StaleDataError, OtherSchema)


def is_conflict(error: BaseException) -> bool:
    """Tell whether another transaction was first, so that doing the same again may succeed."""
    if isinstance(error, (IntegrityError, StaleDataError)):
        return True
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    return isinstance(error, DBAPIError) and state.startswith("40")
