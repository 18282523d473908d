"""What the demo prints: commands to paste, with its own keys and patients in them."""

from pathlib import Path
from string import Template
from typing import Any

TEXT = Template("""
Aftercare Triage, demo clinic in $folder
  desk             $base/desk
                   e-mail $email, password $password
  patient's page   $calm_link
  mailbox          $mailbox
  API page         $base/api/v1/docs
  keys, patients   $folder/access.json
Time-outs of the ladder are divided by 60: an urgent alert goes to the next person after 15 s. Ctrl-C ends the demo.

1. A normal report, day 0: the answer is self_care, no alert.
curl -s $base/api/v1/check-ins -H "Authorization: Bearer $calm" -H "Content-Type: application/json" \\
  -H "Idempotency-Key: $$(cat /proc/sys/kernel/random/uuid)" \\
  -d "{\\"at\\": \\"$$(date -u +%FT%TZ)\\", \\"symptoms\\": {\\"redness\\": 1, \\"itching\\": 1}}" | python3 -m json.tool

2. Redness that grows on day 5, and spreads: urgent, and a mail to the practitioner.
curl -s $base/api/v1/check-ins -H "Authorization: Bearer $danger" -H "Content-Type: application/json" \\
  -H "Idempotency-Key: $$(cat /proc/sys/kernel/random/uuid)" \\
  -d "{\\"at\\": \\"$$(date -u +%FT%TZ)\\", \\"symptoms\\": {\\"redness\\": 3}, \\"course\\": {\\"redness\\": \\"worse\\"},
       \\"signs\\": [\\"spreading_redness\\"]}" | python3 -m json.tool

3. The mail: it has no health detail in it. Its link shows the alert's level and age, and a button to say "I have it".
curl -s $mailbox/messages.json | python3 -m json.tool

4. What waits for an answer (acknowledge with the epoch that it shows).
curl -s "$base/api/v1/alerts?state=open" -H "Authorization: Bearer $practitioner" | python3 -m json.tool
""")


def commands(access: dict[str, Any], folder: Path) -> str:
    """Return the text with the demo's own addresses, keys and patients."""
    staff = next(person for person in access["staff"] if person["role"] == "practitioner")
    patients = {patient["reference"]: patient for patient in access["patients"]}
    return TEXT.substitute(
        folder=folder,
        base=access["base_url"],
        mailbox=access["mailbox_url"],
        calm=patients["try-day-0"]["token"],
        calm_link=patients["try-day-0"]["link"],
        danger=patients["try-day-5"]["token"],
        practitioner=access["keys"]["practitioner"],
        email=staff["email"],
        password=staff["password"],
    )
