"""The clock's own turning: what it does when the machine's clock is put back."""

from datetime import timedelta
from pathlib import Path

from triage.clock import keep_pace, make_scheduler
from triage.config import Settings
from triage.wiring import read_clock, wire


def test_a_clock_that_is_put_back_does_not_make_the_loops_wait(tmp_path: Path) -> None:
    wiring = wire(Settings.from_environ({"TRIAGE_DATA_DIR": str(tmp_path)}))
    scheduler = make_scheduler(wiring, "w")
    scheduler.start(paused=True)
    try:
        now = read_clock()
        for job in scheduler.get_jobs():
            job.modify(next_run_time=now + timedelta(hours=2))  # as they stand after two hours were taken back
        assert keep_pace(scheduler, now) == len(scheduler.get_jobs())
        assert {job.next_run_time for job in scheduler.get_jobs()} == {now}
        assert keep_pace(scheduler, now) == 0
    finally:
        scheduler.shutdown(wait=False)
        wiring.close()
