"""factory-boy factories for patients, their consent and lots: the demo clinic and the tests use the same ones."""

from datetime import UTC, date, datetime

import factory

CONSENT = "I agree that the clinic asks me by e-mail how my scalp is and that its staff read my answers."


class ConsentFactory(factory.DictFactory):  # type: ignore[misc]
    """What a patient agreed to."""

    text = CONSENT
    version = "1"
    at = factory.LazyFunction(lambda: datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    by = "the patient"


class PatientFactory(factory.DictFactory):  # type: ignore[misc]
    """A patient as `POST /patients` takes one."""

    reference = factory.Sequence(lambda number: f"P-{number:04}")
    name = factory.Faker("name")
    birth_year = factory.Faker("random_int", min=1955, max=2002)
    email = factory.LazyAttribute(lambda patient: f"{patient.reference.lower()}@patients.example")
    language = "en"
    consent = factory.SubFactory(ConsentFactory)


class LotFactory(factory.DictFactory):  # type: ignore[misc]
    """A product that touched the skin."""

    role = "pigment"
    product = "Carbon black"
    maker = "Scalp Ink Works"
    shade = factory.Iterator(["dark", "medium", "light grey"])
    lot = factory.Sequence(lambda number: f"CB-{2600 + number // 5}")
    expiry = date(2028, 6, 30)
    opened_on = date(2026, 2, 2)
