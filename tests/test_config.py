"""Settings: every fault at once, each by its name; a misspelt variable is no silent default."""

from pathlib import Path

import pytest

from triage.config import Settings, SettingsError


def test_defaults_need_nothing() -> None:
    settings = Settings.from_environ({})
    assert settings.database_url == "sqlite:///data/triage.sqlite3"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.host == "127.0.0.1"


def test_all_faults_come_at_once_by_name() -> None:
    environ = {
        "TRIAGE_PORT": "80000",
        "TRIAGE_BASE_URL": "clinic.example",
        "TRIAGE_SECRET_KEY": "short",
        "TRIAGE_ALLOW_PRIVATE_TARGETS": "perhaps",
        "TRIAGE_SMTP_URI": "smtp://x",
        "TRIAGE_MAIL_FROM_FILE": "/does/not/exist",
    }
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ(environ)
    for name in environ:
        assert name in str(caught.value)
    assert "did you mean TRIAGE_SMTP_URL" in str(caught.value)


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("k" * 40 + "\n")
    assert Settings.from_environ({"TRIAGE_SECRET_KEY_FILE": str(path)}).secret_key == "k" * 40
