"""Settings from TRIAGE_* variables: read once, frozen, all faults reported at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from triage import faults

PREFIX = "TRIAGE_"
YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


class SettingsError(ValueError):
    """The environment has faults; the message names every variable and says what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this process runs. See docs/operating.md for the table."""

    data_dir: Path
    photo_dir: Path  # where photos lie; one folder for all hosts
    database_url: str
    secret_key: str | None  # None: made once in the data folder
    base_url: str
    host: str
    port: int
    smtp_url: str | None  # None: messages are written to the console
    smtp_timeout: int  # seconds for one answer of the mail server
    mail_from: str
    mail_per_minute: int
    apprise: bool  # chat, push and text message services through the library Apprise
    apprise_per_minute: int
    sms_url: str | None  # an Apprise URL with {to}; None: patients get mail only
    allow_private_targets: bool
    ladder_divisor: float
    web_threads: int
    trusted_proxy: str | None  # the address of the proxy whose X-Forwarded-For says who calls; None: nobody's is read
    deadman_url: str | None  # called every minute while all is well; None: nobody waits for it
    statement_timeout: int  # seconds; PostgreSQL only
    lock_timeout: int  # seconds; PostgreSQL only

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Return the settings. NAME_FILE may name a file that holds the value. Raises SettingsError."""
        reader = _Reader(environ)
        data_dir = Path(reader.text("DATA_DIR", "data"))
        port = reader.whole("PORT", 8000, 1, 65535)
        database_url = reader.text("DATABASE_URL", f"sqlite:///{data_dir / 'triage.sqlite3'}")
        settings = cls(
            data_dir=data_dir,
            photo_dir=Path(reader.text("PHOTO_DIR", str(data_dir / "photos"))),
            database_url=database_url,
            secret_key=reader.secret("SECRET_KEY"),
            base_url=reader.url("BASE_URL", f"http://127.0.0.1:{port}"),
            host=reader.text("HOST", "127.0.0.1"),
            port=port,
            smtp_url=reader.text("SMTP_URL", "") or None,
            smtp_timeout=reader.whole("SMTP_TIMEOUT", 8, 1, 60),
            mail_from=reader.text("MAIL_FROM", "aftercare@localhost.localdomain"),
            mail_per_minute=reader.whole("MAIL_PER_MINUTE", 600, 1, 6000),
            apprise=reader.flag("APPRISE"),
            apprise_per_minute=reader.whole("APPRISE_PER_MINUTE", 120, 1, 6000),
            sms_url=reader.text("SMS_URL", "") or None,
            allow_private_targets=reader.flag("ALLOW_PRIVATE_TARGETS"),
            ladder_divisor=float(reader.whole("LADDER_DIVISOR", 1, 1, 3600)),
            web_threads=reader.whole("WEB_THREADS", 16, 1, 256),
            trusted_proxy=reader.text("TRUSTED_PROXY", "") or None,
            deadman_url=reader.url("DEADMAN_URL", "") or None,
            statement_timeout=reader.whole("STATEMENT_TIMEOUT", 30, 1, 3600),
            lock_timeout=reader.whole("LOCK_TIMEOUT", 10, 1, 3600),
        )
        reader.asked.add(faults.VARIABLE)  # read by faults.py, before anything else; for tests
        reader.finish()
        return settings


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.asked: set[str] = set()
        self.faults: list[str] = []

    def text(self, name: str, default: str) -> str:
        name = PREFIX + name
        self.asked |= {name, name + "_FILE"}
        path = self.environ.get(name + "_FILE")
        if path is None:
            return self.environ.get(name, default).strip() or default
        try:
            return Path(path).read_text().strip() or default
        except OSError as error:
            self.faults.append(f"{name}_FILE: {error.strerror}: {path!r}; name a file that can be read")
            return default

    def secret(self, name: str) -> str | None:
        value = self.text(name, "")
        if value and len(value) < 32:
            self.faults.append(f"{PREFIX}{name}: {len(value)} characters; give at least 32 random ones")
        return value or None

    def url(self, name: str, default: str) -> str:
        value = self.text(name, default).rstrip("/")
        if (value or default) and not value.startswith(("http://", "https://")):
            self.faults.append(f"{PREFIX}{name}: {value!r} is no address; give one like https://aftercare.example.org")
        return value

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        value = self.text(name, str(default))
        if value.isdecimal() and low <= int(value) <= high:
            return int(value)
        self.faults.append(f"{PREFIX}{name}: {value!r}; give a whole number from {low} to {high}")
        return default

    def flag(self, name: str) -> bool:
        value = self.text(name, "").lower()
        if value not in YES + NO:
            self.faults.append(f"{PREFIX}{name}: {value!r}; give true or false")
        return value in YES

    def finish(self) -> None:
        """Report unknown variables too: a misspelt one would be silently ignored."""
        known = {name for name in self.asked if not name.endswith("_FILE")}
        for name in sorted(self.environ):
            if name.startswith(PREFIX) and name not in self.asked:
                near = get_close_matches(name, known, 1)
                self.faults.append(f"{name}: not known; " + (f"did you mean {near[0]}?" if near else "remove it"))
        if self.faults:
            raise SettingsError("\n".join(self.faults))
