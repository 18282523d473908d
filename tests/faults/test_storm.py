"""The kill storm in short; `make storm` blows for ten minutes, on both engines."""

from pathlib import Path

from bench.storm.__main__ import Storm, blow


def test_a_short_storm_loses_nothing(tmp_path: Path) -> None:
    storm = Storm(seconds=9, kill_every=2.0, phones=4, pause=0.2, clinics=3, patients=6, seed=7)
    tally = blow(f"sqlite:///{tmp_path / 'storm.sqlite3'}", tmp_path, storm)
    found = {line.what.strip(): line.found for line in tally}
    assert [line for line in tally if not line.is_kept()] == []
    assert found["kills"] >= 3
    assert found["check-ins accepted"] >= 1
    assert found["alerts raised"] >= 1
    assert found["mails received"] >= 1
