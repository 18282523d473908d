"""/office/policy: who is told of an alert, when and in which order; changed, compared, tried out before it counts."""

import json
import tomllib
from collections.abc import Mapping
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.errors import Invalid
from triage.actions.escalation import make_policy, show_policy, try_policy
from triage.actions.staff import ANSWERING, staff_shown
from triage.actions.terms import zone_of
from triage.paper.ladder import LEVELS, differences, promises, quiet_words, rungs
from triage.rules import Fault, Urgency
from triage.rules.ladder import DEFAULT_POLICY, EscalationPolicy
from triage.rules.read_policy import PolicyError, as_document, read_policy
from triage.web.door.confirm import confirmed
from triage.web.forms import Form, filled
from triage.web.moments import when
from triage.web.office.ladder_form import faults_by_field, form_of, read_form, target_options, typed_policy
from triage.web.office.trials import next_saturday_night, plain_warning, played_words, warnings_of
from triage.web.staff_page import OFFICE, StaffPage, for_staff
from triage.web.typed_times import local_field, moment_of

HERE = "/office/policy"
LONGEST = 50_000  # signs of a document
URGENCIES = [(urgency.name, words) for urgency, words in LEVELS.items()]


@for_staff(*OFFICE)
def show_ladder(page: StaffPage) -> ResponseReturnValue:
    """Show the policy in words, and what would happen on a Saturday night."""
    stored, names = page.read(show_policy), _names(page)
    policy = _readable(stored["document"])
    return page.show(
        "office_policy.html",
        stored=stored,
        made_at=when(stored["made_at"], zone_of(page.clinic)) if stored["made_at"] else "",
        made_by=names.get(str(stored["made_by"]), str(stored["made_by"])),
        ladders=_ladders(policy, names),
        quiet=quiet_words(policy.quiet),
        trial=_trial(page, names),
        urgencies=URGENCIES,
        done="The new policy counts for every new alert; those that run keep theirs."
        if request.args.get("done")
        else "",
    )


@for_staff(*OFFICE)
@confirmed
def show_change(page: StaffPage) -> ResponseReturnValue:
    """Show the policy in a form, and as a document for who knows how to read it."""
    policy = _readable(page.read(show_policy)["document"])
    return _change_page(page, form_of(policy), _expert(as_document(policy)), 200)


@for_staff(*OFFICE)
@confirmed
def take_change(page: StaffPage) -> ResponseReturnValue:
    """Show what a new policy would change, in words, or what is wrong with it. Nothing is changed yet."""
    stored = as_document(_readable(page.read(show_policy)["document"]))
    if "document" in request.form:
        expert = filled("expert-", document=request.form["document"][:LONGEST])
        try:
            policy = read_policy(_parsed(request.form["document"]))
        except PolicyError as error:
            expert = expert._replace(said=_sentences(error))
            return _change_page(page, form_of(read_policy(stored)), expert, 422)
        return _review(page, policy)
    form = typed_policy()
    form, document = read_form(form, stored)
    if form.is_faulty:
        return _change_page(page, form, _expert(stored), 422)
    try:
        policy = read_policy(document)
    except PolicyError as error:
        return _change_page(page, form.refused(Invalid(faults_by_field(error.faults))), _expert(stored), 422)
    return _review(page, policy)


@for_staff(*OFFICE)
@confirmed
def take_policy(page: StaffPage) -> ResponseReturnValue:
    """Use a policy for new alerts, once its difference has been read."""
    text, version = request.form.get("document", "")[:LONGEST], request.form.get("version", "")
    over = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0
    try:
        document = _parsed(text)
        page.do(lambda session, turn: make_policy(session, document, turn, over))
    except (Invalid, PolicyError) as error:
        expert = filled("expert-", document=text)._replace(said=_sentences(error))
        return _change_page(page, form_of(_readable(page.read(show_policy)["document"])), expert, 422)
    return redirect(f"{HERE}?done=used", 303)


def _review(page: StaffPage, policy: EscalationPolicy) -> ResponseReturnValue:
    names, document = _names(page), as_document(policy)
    stored = page.read(show_policy)
    try:
        warnings = warnings_of(page, document, names)
    except Invalid as error:
        return _change_page(page, form_of(policy)._replace(said=_sentences(error)), _expert(document), 422)
    return page.show(
        "office_policy_review.html",
        changes=differences(_readable(stored["document"]), policy, names),
        version=stored["version"],
        ladders=_ladders(policy, names),
        quiet=quiet_words(policy.quiet),
        warnings=warnings,
        document=json.dumps(document),
    )


def _change_page(page: StaffPage, form: Form, expert: Form, status: int) -> ResponseReturnValue:
    people = [person for person in page.read(staff_shown) if person.role in ANSWERING]
    return page.show(
        "office_policy_change.html",
        status,
        form=form,
        expert=expert,
        targets=target_options([(str(person.id), person.name) for person in people]),
        levels=URGENCIES,
    )


def _trial(page: StaffPage, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a dry run in words: of what was asked for, else of an urgent report on the next Saturday night."""
    zone = zone_of(page.clinic)
    asked = moment_of(request.args.get("at", ""), zone)
    at = asked or next_saturday_night(page.turn.now, zone)
    word = request.args.get("level", "")
    urgency = Urgency[word] if word in dict(URGENCIES) else Urgency.urgent
    played = page.read(lambda session, turn: try_policy(session, urgency, at, turn))
    return {
        "form": filled("try-", level=urgency.name, at=local_field(at, zone)),
        "title": f"{LEVELS[urgency]} report, {when(at, zone)}",
        "calls": [played_words(call, zone) for call in played["calls"]],
        "promised": when(played["promised_at"], zone) if played["promised_at"] else "",
        "warnings": [plain_warning(line, names) for line in played["warnings"]],
        "is_quicker": page.turn.terms.divisor > 1,
    }


def _ladders(policy: EscalationPolicy, names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"word": urgency.name, "name": name, "rungs": rungs(policy, urgency, names), "rest": promises(policy, urgency)}
        for urgency, name in LEVELS.items()
    ]


def _names(page: StaffPage) -> dict[str, str]:
    return {str(person.id): person.name for person in page.read(staff_shown)}


def _sentences(error: Invalid | PolicyError) -> tuple[str, ...]:
    return tuple(fault.sentence() for fault in error.faults)


def _expert(document: Any) -> Form:
    return filled("expert-", document=json.dumps(document, indent=2))


def _readable(document: Any) -> EscalationPolicy:
    """Return a stored policy; one of before that is no good any more: the service's own, as alerts climb by it too."""
    try:
        return read_policy(document)
    except PolicyError:
        return DEFAULT_POLICY


def _parsed(text: str) -> Any:
    """Return a document of JSON or TOML. Raises PolicyError where it is neither."""
    try:
        return json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        said = f"cannot be read: {str(error)[:120]}"
        raise PolicyError([Fault("", said, "give a document in JSON or TOML")]) from error
