"""Very many rows as columns: read past the objects of tables, a chunk at a time, in the raw values of the engine."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, ColumnElement, Text, cast, extract, func, literal, select
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import UnaryExpression
from sqlmodel import Session

CHUNK = 1_000  # rows at a time: many more, and they leave the processor's cache, at twice the cost
NONE = int(np.iinfo(np.int64).min)  # a moment or a number that is not there
NOBODY = -1  # a word or a row that is not there
NO_ID = "0" * 32
NEVER = "0001-01-01 00:00:00.000000"  # stands for no moment in the text of SQLite
NEVER_US = int(np.datetime64("0001-01-01", "us").astype(np.int64))

Ids = NDArray[np.bytes_]  # 16 bytes each
Places = NDArray[np.int64]
Progress = Callable[[int], object]  # told how many rows were just read


class Gathered:
    """One column: what is asked of the database, and how its raw values become an array."""

    def __init__(self, column: Any, kind: Any) -> None:
        self.column = column
        self.kind = kind
        self.parts: list[NDArray[Any]] = []

    def asked(self, *, is_sqlite: bool) -> ColumnElement[Any]:
        """Return what stands in the SELECT; unless a column says otherwise, its own value."""
        found: ColumnElement[Any] = self.column
        return found

    def take(self, values: Sequence[Any]) -> None:
        """Add the raw values of a chunk."""
        self.parts.append(np.array(values, self.kind))

    def whole(self) -> Any:
        """Return the column."""
        return np.concatenate(self.parts) if self.parts else np.empty(0, self.kind)


class IdColumn(Gathered):
    """Ids, 16 bytes each; NULL: zeros."""

    def __init__(self, column: Any) -> None:
        super().__init__(column, "S16")

    def asked(self, *, is_sqlite: bool) -> ColumnElement[Any]:
        """Return the id as 32 letters."""
        letters = cast(self.column, Text) if is_sqlite else func.encode(func.uuid_send(self.column), "hex")
        return func.coalesce(letters, NO_ID)

    def take(self, values: Sequence[Any]) -> None:
        """Add the raw values of a chunk."""
        self.parts.append(np.frombuffer(bytes.fromhex("".join(values)), "S16"))


class MomentColumn(Gathered):
    """Microseconds since 1970; NULL: NONE."""

    def __init__(self, column: Any) -> None:
        super().__init__(column, np.int64)

    def asked(self, *, is_sqlite: bool) -> ColumnElement[Any]:
        """Return SQLite's own text, which has a fixed width, and of PostgreSQL the number."""
        if is_sqlite:
            return func.coalesce(cast(self.column, Text), NEVER)
        return func.coalesce(cast(extract("epoch", self.column) * 1_000_000, BigInteger), literal(NONE, BigInteger))

    def take(self, values: Sequence[Any]) -> None:
        """Add the raw values of a chunk."""
        if isinstance(values[0], str):
            found = np.frombuffer("".join(values).encode(), "S26").astype("datetime64[us]").astype(np.int64)
            self.parts.append(np.where(found == NEVER_US, NONE, found))
        else:
            super().take(values)


class NumberColumn(Gathered):
    """Whole numbers or truth values, as one kind of array; NULL: `none`."""

    def __init__(self, column: Any, kind: Any = np.uint8, none: float = 0) -> None:
        super().__init__(column, kind)
        self.none = none

    def take(self, values: Sequence[Any]) -> None:
        """Add the raw values of a chunk."""
        super().take([self.none if value is None else value for value in values] if None in values else values)


class WordColumn(Gathered):
    """Texts of which many are the same: (each once, for every row the place of its own); NULL: NOBODY."""

    def __init__(self, column: Any) -> None:
        super().__init__(column, np.int32)
        self.code: dict[str | None, int] = {None: NOBODY}

    def asked(self, *, is_sqlite: bool) -> ColumnElement[Any]:
        """Return the text itself."""
        return cast(self.column, Text)

    def take(self, values: Sequence[Any]) -> None:
        """Add the raw values of a chunk."""
        code = self.code
        for value in set(values).difference(code):
            code[value] = len(code) - 1
        self.parts.append(np.fromiter(map(code.__getitem__, values), np.int32, len(values)))

    def whole(self) -> tuple[tuple[str, ...], NDArray[np.int32]]:
        """Return the texts, and the column."""
        return tuple(text for text in self.code if text is not None), super().whole()


class JsonColumn(WordColumn):
    """One member of a JSON object as text, or the whole of it (`member` empty), as a column of words."""

    def __init__(self, column: Any, member: str = "") -> None:
        super().__init__(column)
        self.member = member

    def asked(self, *, is_sqlite: bool) -> ColumnElement[Any]:
        """Return the JSON text."""
        if not self.member:
            return cast(self.column, Text)
        if is_sqlite:
            return func.json_extract(self.column, f"$.{self.member}")
        return cast(func.jsonb_extract_path(self.column, self.member), Text)


class HasColumn(Gathered):
    """Whether a JSON object has a member, or (`member` empty) a JSON list has anything in it."""

    def __init__(self, column: Any, member: str = "") -> None:
        super().__init__(column, np.bool_)
        self.member = member

    def asked(self, *, is_sqlite: bool) -> ColumnElement[Any]:
        """Return true or false."""
        if not self.member:
            length = func.json_array_length if is_sqlite else func.jsonb_array_length
            return func.coalesce(length(self.column), 0) > 0
        if is_sqlite:
            return func.json_type(self.column, f"$.{self.member}").is_not(None)
        return func.jsonb_exists(self.column, self.member)


def read_columns(
    session: Session, wanted: Mapping[str, Gathered], where: Iterable[Any], progress: Progress | None = None
) -> dict[str, Any]:
    """Return the wanted columns of the rows that all conditions hold of, in no order; `where` names the tables."""
    cursor = open_cursor(session, wanted, where)
    while rows := cursor.fetchmany(CHUNK):
        for column, values in zip(wanted.values(), zip(*rows, strict=True), strict=True):
            column.take(values)
        if progress is not None:
            progress(len(rows))
    cursor.close()
    return {name: column.whole() for name, column in wanted.items()}


def open_cursor(session: Session, wanted: Mapping[str, Gathered], where: Iterable[Any]) -> Any:
    """Return the driver's own cursor on the rows: what it gives in a fifth of a microsecond takes two by SQLAlchemy.

    On PostgreSQL it is one of the server's, so that not all rows are here at once.
    """
    connection = session.connection()
    is_sqlite = connection.dialect.name == "sqlite"
    question = select(*(column.asked(is_sqlite=is_sqlite) for column in wanted.values())).where(*where)
    if is_sqlite:
        return connection.execute(question).cursor
    words = question.compile(dialect=connection.dialect)
    driver: Any = connection.connection.dbapi_connection
    cursor = driver.cursor(name="columns")
    cursor.execute(str(words), words.params)
    return cursor


def is_of_clinic(session: Session, table: Any, clinic_id: uuid.UUID) -> ColumnElement[bool]:
    """Return the condition that rows are a clinic's, for a read of all of them.

    SQLite would look each row up by the index of the clinic, which takes thrice as long as going through the table.
    """
    column = table.__table__.c.clinic_id
    if session.connection().dialect.name != "sqlite":
        found: ColumnElement[bool] = column == clinic_id
        return found
    return UnaryExpression(column, operator=operators.custom_op("+"), type_=column.type) == clinic_id


def places_of(ids: Ids, among: Ids) -> Places:
    """Return for each id its place among others; NOBODY: it is not among them."""
    if not len(among):
        return np.full(len(ids), NOBODY, np.int64)
    order = np.argsort(among, kind="stable")
    found = order[np.minimum(np.searchsorted(among, ids, sorter=order), len(among) - 1)]
    return np.where(among[found] == ids, found, NOBODY).astype(np.int64)


def texts_of(ids: Ids) -> list[str]:
    """Return ids of a column as the texts that stand in addresses."""
    letters = ids.tobytes().hex()
    found = (letters[at : at + 32] for at in range(0, len(letters), 32))
    return [f"{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}" for one in found]
