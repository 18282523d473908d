"""What the tests of webhooks ask for."""

from collections.abc import Iterator

import pytest

from tests.hooked import Hooked
from tests.houses import House
from tests.receivers import open_receiver
from triage.channels.webhook import WebhookChannel


@pytest.fixture
def hooked(house: House) -> Iterator[Hooked]:
    """A clinic that may reach a program on this machine."""
    house.wiring.terms = house.wiring.terms._replace(allow_private_targets=True)
    house.wiring.webhooks = WebhookChannel(allow_private=True, timeout=2.0)
    with open_receiver() as receiver:
        yield Hooked(house, receiver)
