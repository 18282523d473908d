"""Marshmallow fields and schemas that several resources share."""

from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields, validate

from triage.rules import COMMON, Fault, Urgency, read_moment
from triage.rules.check_in import clean_text
from triage.rules.vocabulary import STATED_COURSES

LOCAL_ZONES = {"localtime", "posixrules"}  # what they mean depends on the machine


class Text(fields.String):
    """Text that can be stored and shown anywhere: no control characters, not empty, of limited length."""

    def __init__(self, most: int = 200, **arguments: Any) -> None:
        super().__init__(validate=validate.Length(1, most), **arguments)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **arguments: Any) -> str:
        text = clean_text(str(super()._deserialize(value, attr, data, **arguments)))
        if text is None:
            raise ValidationError("Holds characters that cannot be shown; give plain text.")
        return text.strip()


class Moment(fields.AwareDateTime):
    """RFC 3339 with offset, as `rules.read_moment` reads it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **arguments: Any) -> datetime:
        faults: list[Fault] = []
        found = read_moment(value, "", faults)
        if found is None:
            raise ValidationError(f"{faults[0].said}; {faults[0].expected}.")
        return found


def is_time_zone(name: str) -> None:
    """Raise ValidationError for a name that the time zone database does not have."""
    if name not in available_timezones() - LOCAL_ZONES:
        raise ValidationError("Not a known time zone; give a name like Europe/Berlin.")


def words(known: tuple[str, ...], **arguments: Any) -> fields.List[str]:
    """Return a list of words from a closed list."""
    return fields.List(fields.String(validate=validate.OneOf(known)), **arguments)


class TemperatureSchema(Schema):
    """A measured body temperature."""

    value = fields.Float(required=True)
    unit = fields.String(required=True, validate=validate.OneOf(("C", "F")))


class CheckInSchema(Schema):
    """The check-in as `rules.read_check_in` judges it; here it is written down for readers of the API."""

    at = Moment(required=True, metadata={"description": "when the patient observed it"})
    symptoms = fields.Dict(
        keys=fields.String(validate=validate.OneOf(COMMON.symptoms)),
        values=fields.Integer(strict=True, validate=validate.Range(0, 4)),
        metadata={"description": "severity 0 none to 4 very severe; what is not named was not asked"},
    )
    course = fields.Dict(
        keys=fields.String(validate=validate.OneOf(COMMON.symptoms)),
        values=fields.String(validate=validate.OneOf(STATED_COURSES)),
    )
    where = fields.Dict(keys=fields.String(validate=validate.OneOf(COMMON.symptoms)), values=words(COMMON.zones))
    signs = words(COMMON.signs, metadata={"description": "danger signs answered yes"})
    denied = words(COMMON.signs, metadata={"description": "danger signs answered no"})
    result = words(COMMON.results)
    temperature = fields.Nested(TemperatureSchema)
    treatment = words(COMMON.treatments)
    exposed = words(COMMON.exposures)
    wants_call = fields.Boolean(truthy={True}, falsy={False})
    note = fields.String(validate=validate.Length(0, 2000))


class FindingSchema(Schema):
    """One rule that fired."""

    rule = fields.String()
    urgency = fields.String(validate=validate.OneOf(tuple(Urgency.__members__)))
    reason = fields.String()
    symptom = fields.String(metadata={"description": "what it is about; or sign, result, risk_factor, combination"})
    sign = fields.String()
    observed = fields.Raw()
    expected = fields.Raw()
    message = fields.String(metadata={"description": "what was seen and what was expected, in a sentence"})
    source = fields.String()


class AssessmentSchema(Schema):
    """All findings for one check-in under one version of the protocol."""

    urgency = fields.String(validate=validate.OneOf(tuple(Urgency.__members__)))
    findings = fields.List(fields.Nested(FindingSchema))
    review = fields.List(fields.String())
    advice = fields.List(fields.String())
    protocol = fields.Dict(keys=fields.String(), values=fields.String())


class ProblemSchema(Schema):
    """What could not be read of a report."""

    path = fields.String()
    said = fields.String()
    expected = fields.String()
