"""The clinic itself over HTTP: its name, hours, holidays, phone, and how its pages look."""

import base64
import binascii
from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, validate

from triage.actions.alerts import clinic_of
from triage.actions.look import change_look, drawn, look_of
from triage.api.asking import begin_turn, check_call, wiring
from triage.api.fields import Text, is_time_zone
from triage.records import ClinicRow, Session

SHOWN = (
    "name",
    "time_zone",
    "opening_hours",
    "holidays",
    "phone",
    "out_of_hours",
    "emergency_line",
    "languages",
    "ask_hour",
    "colour",
)

blueprint = Blueprint("clinic", __name__, description="The clinic: hours, phone, and its own look")
blueprint.before_request(check_call)


class Picture(fields.String):
    """A picture in base64."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **arguments: Any) -> bytes:  # type: ignore[override]
        text = str(super()._deserialize(value, attr, data, **arguments))
        try:
            return base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            raise ValidationError("Not base64.") from None


class ClinicSchema(Schema):
    """What patients and the ladder depend on, and what the pages look like."""

    name = Text(most=100)
    time_zone = fields.String(validate=is_time_zone)
    opening_hours = fields.Raw(metadata={"type": "object", "example": {"mon": [["09:00", "18:00"]]}})
    holidays = fields.Raw(allow_none=True, metadata={"type": "object", "example": {"country": "DE"}})
    phone = Text(most=40, allow_none=True)
    out_of_hours = Text(most=500, allow_none=True)
    emergency_line = Text(
        most=40,
        allow_none=True,
        metadata={"description": "the number for danger while nobody is there; messages to patients wait for it"},
    )
    languages = fields.List(
        Text(most=35),
        allow_none=True,
        validate=validate.Length(1, 50),
        metadata={"description": "those that patients are offered; null: all that the protocol has"},
    )
    ask_hour = fields.Integer(
        allow_none=True, metadata={"description": "when patients are asked; null: as the protocol says"}
    )
    colour = fields.String(
        allow_none=True,
        validate=validate.Length(1, 20),
        metadata={"description": "#rrggbb; refused below 4.5 to 1 on our pages, with the nearest that passes"},
    )


class ClinicChangeSchema(ClinicSchema):
    """What is to change; what is left out stays."""

    logo = Picture(
        allow_none=True,
        metadata={"description": "PNG, JPEG or WebP of at most 200 kB, in base64; drawn anew at 240 x 64 pixels"},
    )


class ClinicShownSchema(ClinicSchema):
    """The clinic as it is."""

    logo = fields.String(allow_none=True, metadata={"description": "the address of the logo; null: there is none"})


@blueprint.get("/clinic")
@blueprint.doc(summary="Opening hours, holidays, phone, colour and logo")
@blueprint.response(200, ClinicShownSchema)
def get_clinic() -> dict[str, Any]:
    """Return the clinic."""
    turn = begin_turn()
    turn.by.require("practitioner", "lead", "auditor")
    clinic_id = turn.by.clinic_id
    return wiring().look(lambda session: _shown(session, clinic_of(session, clinic_id)), clinic_id)


@blueprint.patch("/clinic")
@blueprint.doc(summary="Change opening hours, holidays, phone, where patients turn outside them, or the pages' look")
@blueprint.arguments(
    ClinicChangeSchema(),
    example={"opening_hours": {"mon": [["09:00", "18:00"]]}, "phone": "+49 30 1234567", "colour": "#0b5c63"},
)
@blueprint.response(200, ClinicShownSchema)
def patch_clinic(values: dict[str, Any]) -> dict[str, Any]:
    """Change the clinic."""
    turn = begin_turn()
    turn.by.require("lead")
    if values.get("logo") is not None:
        values["logo"] = drawn(values["logo"])
    return wiring().do(lambda session: _shown(session, change_look(session, values, turn)), turn.by.clinic_id)


def _shown(session: Session, clinic: ClinicRow) -> dict[str, Any]:
    session.flush()
    return {name: getattr(clinic, name) for name in SHOWN} | {"logo": look_of(session, clinic).logo or None}
