"""What the tests of photos do at the page: agree, report, and send a picture as a browser sends it."""

from typing import Any, NamedTuple

from tests.houses import House, Patient

BOUNDARY = "a-line-that-no-picture-has"


class Reporter(NamedTuple):
    """A patient who agreed to photos and has just reported."""

    patient: Patient
    report: str

    @property
    def page(self) -> str:
        return f"/c/{self.patient.token}/photos"


def reporter(house: House, **said: Any) -> Reporter:
    patient = house.patient()
    report = house.report(patient, **(said or {"symptoms": {"redness": 0}}))["id"]
    agree(house, patient)
    return Reporter(patient, report)


def agree(house: House, patient: Patient) -> None:
    answer = house.client.post(f"/c/{patient.token}/photos", data={"do": "agree", "agree": "yes"})
    assert answer.status_code == 200


def send(house: House, of: Reporter, data: bytes, pose: str = "top", **how: Any) -> Any:
    """Send one picture with the form of its pose; `by_script`: as photos.js does."""
    fields = {"pose": pose, "report": how.get("report", of.report)}
    headers = {"X-Requested-With": "photo"} if how.get("by_script") else {}
    return house.client.post(
        f"{of.page}?report={fields['report']}&pose={pose}",
        data=multipart(fields, data, how.get("name", "a.jpg"), how.get("mimetype", "image/jpeg")),
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
        headers=headers,
    )


def multipart(fields: dict[str, str], data: bytes, name: str, mimetype: str) -> bytes:
    """Return the body of a form with a file: two fields of one name, of which the first is empty, as our page has."""
    parts = [f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}'.encode() for key, value in fields.items()]
    parts.append(b'Content-Disposition: form-data; name="photo"; filename=""\r\nContent-Type: image/jpeg\r\n\r\n')
    head = f'Content-Disposition: form-data; name="photo"; filename="{name}"\r\nContent-Type: {mimetype}\r\n\r\n'
    parts.append(head.encode() + data)
    line = f"--{BOUNDARY}".encode()
    return b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"
