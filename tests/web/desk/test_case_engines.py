"""A case is the same on both engines, also where it is asked for in parts."""

import re
from collections.abc import Callable

from tests.web.conftest import House
from tests.web.desk.stories import tell
from tests.web.signing_in import Desk
from triage.records import AuditEventRow, CheckInRow


def test_a_case_is_shown_whole_and_in_parts(build: Callable[..., House]) -> None:
    house = build()
    tell(house)
    desk = Desk(house.app.test_client(), house.wiring, house.staff[0])
    path = f"/desk/patients/{house.patient.id}"
    reports = sorted(house.rows(CheckInRow), key=lambda row: (row.at, row.id))
    page = desk.get(path).text
    assert page.count('<tr class="of-report">') == len(reports)
    assert desk.get(f"{path}?before={reports[-2].id}").text.count('<tr class="of-report">') == len(reports) - 2
    assert desk.get(f"{path}?course={reports[0].episode_id}").status_code == 200
    event = next(row for row in house.rows(AuditEventRow) if row.did == "check_in_received")
    assert desk.get(f"{path}?log={event.id}").status_code == 200
    assert desk.get(f"{path}/course.svg").status_code == 200
    assert desk.get(re.findall(r'href="(/desk/lots/[^"]+)"', page)[0]).status_code == 200
