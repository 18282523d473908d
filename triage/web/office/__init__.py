"""The office: the clinic set up and changed, and the log of all that."""

from triage.web.office import absences, contacts, emergency, front, hours, languages, log, policy, rota, schedule, staff
from triage.web.rooms import Address

CONTACT = "/office/contacts/<uuid:staff_id>/<uuid:contact_id>"
ADDRESSES: list[Address] = [
    ("/office", "GET", front.show_office),
    ("/office/staff", "GET", staff.show_staff),
    ("/office/staff", "POST", staff.take_staff),
    ("/office/staff/<uuid:staff_id>", "GET", staff.show_person),
    ("/office/staff/<uuid:staff_id>", "POST", staff.take_person),
    ("/office/staff/<uuid:staff_id>/leave", "POST", staff.take_leaving),
    ("/office/staff/<uuid:staff_id>/sign-out", "POST", staff.take_end_of_sessions),
    ("/office/contacts", "GET", contacts.show_contacts),
    ("/office/contacts/<uuid:staff_id>", "POST", contacts.take_contact),
    (CONTACT, "POST", contacts.take_use),
    (f"{CONTACT}/test", "POST", contacts.take_test),
    (f"{CONTACT}/<any(verify, off, on, remove):verb>", "POST", contacts.take_verb),
    ("/office/absences", "GET", absences.show_absences),
    ("/office/absences", "POST", absences.take_absence),
    ("/office/absences/<uuid:absence_id>/cancel", "POST", absences.take_cancelling),
    ("/office/rota", "GET", rota.show_rota),
    ("/office/rota", "POST", rota.take_rota),
    ("/office/rota/end", "POST", rota.take_end),
    ("/office/rota/instead", "POST", rota.take_override),
    ("/office/rota/instead/<uuid:override_id>/cancel", "POST", rota.take_cancelling),
    ("/office/hours", "GET", hours.show_hours),
    ("/office/hours", "POST", hours.take_hours),
    ("/office/policy", "GET", policy.show_ladder),
    ("/office/policy", "POST", policy.take_policy),
    ("/office/policy/change", "GET", policy.show_change),
    ("/office/policy/change", "POST", policy.take_change),
    ("/office/emergency", "GET", emergency.show_emergency),
    ("/office/emergency", "POST", emergency.take_emergency),
    ("/office/languages", "GET", languages.show_languages),
    ("/office/languages", "POST", languages.take_languages),
    ("/office/schedule", "GET", schedule.show_schedule),
    ("/office/schedule", "POST", schedule.take_schedule),
    ("/office/log", "GET", log.show_log),
]
