"""The composition root: joins store, channels and terms. It alone opens transactions and reads the clock."""

import logging
import os
import secrets
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from triage import faults
from triage.actions.reads import Looks
from triage.actions.terms import Terms
from triage.actions.turn import ClockTurn
from triage.channels import Channel
from triage.channels.apprise import LONGEST as LONGEST_APPRISE
from triage.channels.apprise import AppriseChannel, SmsChannel
from triage.channels.console import ConsoleChannel
from triage.channels.outage import Outage
from triage.channels.smtp import SmtpChannel
from triage.channels.webhook import WebhookChannel
from triage.config import Settings, SettingsError
from triage.pictures import Shelf
from triage.records import Limits, OtherSchema, Session, Store, Trouble, is_conflict, migrate, photo_lookups

LOG = logging.getLogger(__name__)
Result = TypeVar("Result")
TRIES = 4
SCHEMA_KNOWN_FOR = 10.0  # seconds
LONGEST_SEND = 3  # time-outs that one send may take in all; see channels/smtp.py


def read_clock() -> datetime:
    """Return the time; the one place where the house looks at a clock."""
    return datetime.now(UTC)


class Wiring:
    """What an entry point holds. `channels` maps a notification's channel to the way out.

    `starter`: the files of the protocol with which a clinic begins that is opened on a page; empty: none can be.
    """

    def __init__(self, settings: Settings, store: Store, terms: Terms, channels: dict[str, Channel]) -> None:
        self.starter: Mapping[str, str] = {}
        self.settings = settings
        self.store = store
        self.terms = terms
        self.channels = channels
        self.webhooks = WebhookChannel(allow_private=settings.allow_private_targets)
        self.looks = Looks()
        self.shelf = Shelf(settings.photo_dir)
        self.outages: dict[str, Outage] = defaultdict(Outage)
        self.most_per_minute = {"email": settings.mail_per_minute, "apprise": settings.apprise_per_minute}
        self.most_per_minute["sms"] = settings.apprise_per_minute
        self._fits_until = 0.0
        # Longer than the longest send, so that a slow one is not begun twice, and short, since a crash waits for it.
        longest = LONGEST_SEND * settings.smtp_timeout
        longest = max(longest, LONGEST_APPRISE) if {"apprise", "sms"} & channels.keys() else longest
        self.lease = timedelta(seconds=longest + 5)

    def now(self) -> datetime:
        """Return the time. Entry points read it once a turn and hand it down."""
        return read_clock()

    def turn(self, loop: str) -> ClockTurn:
        """Return the turn of a loop that does something by itself, now."""
        return ClockTurn(loop, self.now(), self.terms)

    def check_schema(self) -> None:
        """Raise OtherSchema where the database has another version's shape; asked every 10 seconds at most."""
        asked_at = time.monotonic()
        if asked_at < self._fits_until:
            return
        found, needed = self.look(migrate.revision), migrate.head()
        if found != needed:
            raise OtherSchema(found, needed)
        self._fits_until = asked_at + SCHEMA_KNOWN_FOR

    def do(
        self, work: Callable[[Session], Result], clinic_id: uuid.UUID | None = None, *, in_any_schema: bool = False
    ) -> Result:
        """Run work in one transaction and return its result after the commit.

        Where another transaction was first, the work is done again from the start, a few times. Raises OtherSchema,
        and does nothing, in a database of another version (`in_any_schema`: it is tried all the same).
        """
        if not in_any_schema:
            self.check_schema()
        for attempt in range(1, TRIES + 1):
            try:
                with self.store.write(clinic_id) as session:
                    result = work(session)
                    faults.at("before_commit")
                faults.at("committed")
                return result
            except Trouble as error:
                if attempt == TRIES or not is_conflict(error):
                    raise
        raise AssertionError("the last try returns or raises")

    def look(self, work: Callable[[Session], Result], clinic_id: uuid.UUID | None = None) -> Result:
        """Run work that only reads and return its result."""
        with self.store.read(clinic_id) as session:
            return work(session)

    def named_pictures(self, digests: Collection[str]) -> set[str]:
        """Return those of the pictures that a row of any clinic still needs."""
        return self.look(partial(photo_lookups.named_digests, digests=digests))

    def drop_picture(self, digest: str) -> None:
        """Remove a picture that a row has let go of; what cannot be removed now, the clock removes within a day."""
        try:
            self.shelf.remove(digest, self.named_pictures)
        except OSError as error:
            LOG.error("an erased photo is still there: %s", error.strerror)

    def close(self) -> None:
        """Close the connections."""
        self.store.close()


def wire(settings: Settings) -> Wiring:
    """Return the wiring for these settings. Makes the data folder, and the secret in it, where they are missing.

    Raises SettingsError for an address of a mail server or an SMS service that cannot be one.
    """
    try:
        channels = channels_of(settings)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    reach = frozenset(channels), settings.allow_private_targets
    terms = Terms(secret_of(settings), settings.base_url, settings.ladder_divisor, *reach)
    store = Store(settings.database_url, limits=Limits(settings.statement_timeout, settings.lock_timeout))
    return Wiring(settings, store, terms, channels)


def channels_of(settings: Settings) -> dict[str, Channel]:
    """Return the ways out that these settings switch on. Raises ValueError, naming the setting, for a faulty one."""
    mail: Channel = ConsoleChannel(sys.stdout)
    if settings.smtp_url:
        mail = SmtpChannel(settings.smtp_url, settings.mail_from, float(settings.smtp_timeout))
    channels = {"email": mail}
    if settings.apprise:
        channels["apprise"] = AppriseChannel(private_targets=settings.allow_private_targets)
    if settings.sms_url:
        channels["sms"] = SmsChannel(settings.sms_url, private_targets=settings.allow_private_targets)
    return channels


def secret_of(settings: Settings) -> bytes:
    """Return the secret that links are derived from; unset, it is made once in the data folder, for us alone."""
    if settings.secret_key:
        return settings.secret_key.encode()
    path = settings.data_dir / "secret-key"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_bytes().strip()


def _write_once(path: Path, text: str) -> None:
    """Write a file whole or not at all; of two processes that try at once, the first wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
