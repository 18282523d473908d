"""What can go wrong in the database, told apart by what the caller can do about it."""

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError

Trouble = (DBAPIError, StaleDataError)


def is_conflict(error: BaseException) -> bool:
    """Tell whether another transaction was first, so that doing the same again may succeed."""
    if isinstance(error, (IntegrityError, StaleDataError)):
        return True
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    return isinstance(error, DBAPIError) and state.startswith("40")
