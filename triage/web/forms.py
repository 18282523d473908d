"""What somebody typed into a form for staff, kept as it was typed, and what is wrong with it beside each field."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from flask import redirect, request
from flask.typing import ResponseReturnValue

from triage.actions.errors import Conflict, Invalid
from triage.rules.check_in import clean_text

Show = Callable[["Form", int], ResponseReturnValue]


class Form(NamedTuple):
    """The fields of one form by name, and their faults; `said`: what is wrong with it as a whole.

    `id` sets the fields of one form apart from those of another on the same page.
    """

    values: Mapping[str, Sequence[str]] = {}
    faults: Mapping[str, str] = {}
    said: tuple[str, ...] = ()
    id: str = ""

    def text(self, name: str) -> str:
        """Return what stands in a field; empty where nothing does."""
        return next(iter(self.values.get(name, ())), "")

    def all(self, name: str) -> Sequence[str]:
        """Return everything that was chosen of several."""
        return self.values.get(name, ())

    def fault(self, name: str) -> str:
        """Return what is wrong with a field; empty: nothing."""
        return self.faults.get(name, "")

    @property
    def is_faulty(self) -> bool:
        """Tell whether anything is wrong with it."""
        return bool(self.faults or self.said)

    def with_fault(self, name: str, said: str) -> "Form":
        """Return the form with one more fault; the first one of a field stays."""
        return self._replace(faults={name: said, **self.faults})

    def refused(self, error: Invalid | Conflict, words: Mapping[str, str] | None = None) -> "Form":
        """Return the form with the faults that an action found, beside their fields where there are such.

        `words`: sentences of ours for faults by their place, where those of the action are for programs.
        """
        if isinstance(error, Conflict):
            return self._replace(said=(*self.said, error.detail))
        found, said = dict(self.faults), list(self.said)
        for fault in error.faults:
            name = self._field_of(fault.path)
            sentence = (words or {}).get(name or fault.path) or f"{fault.said}; {fault.expected}"
            sentence = f"{sentence[:1].upper()}{sentence[1:]}"
            if name:
                found.setdefault(name, sentence)
            else:
                said.append(f"{fault.path}: {sentence}" if fault.path else sentence)
        return self._replace(faults=found, said=tuple(dict.fromkeys(said)))

    def _field_of(self, path: str) -> str:
        return next((name for name in self.values if path == name or path.startswith((f"{name}.", f"{name}["))), "")


def filled(form_id: str = "", /, **values: object) -> Form:
    """Return a form with what stands in it before anybody types; None is an empty field."""
    return Form({name: _several(value) for name, value in values.items()}, id=form_id)


def typed(*names: str, form_id: str = "") -> Form:
    """Return what was typed into the fields of the form that was sent, without spaces around it.

    What holds signs that cannot be shown is a fault.
    """
    form = Form({name: tuple(_clean(value) for value in request.form.getlist(name)) for name in names}, id=form_id)
    for name in names:
        if any(clean_text(value) is None for value in request.form.getlist(name)):
            form = form.with_fault(name, "This holds signs that cannot be shown; type it anew.")
    return form


def need(form: Form, said: Mapping[str, str], most: int = 200) -> Form:
    """Return the form with a fault beside each named field that is empty or too long; `said`: what each asks for."""
    for name, sentence in said.items():
        if not form.text(name):
            form = form.with_fault(name, sentence)
    return limit(form, dict.fromkeys(said, most))


def limit(form: Form, most: Mapping[str, int]) -> Form:
    """Return the form with a fault beside each named field that holds more signs than it may."""
    for name, length in most.items():
        if len(form.text(name)) > length:
            form = form.with_fault(name, f"This is too long: at most {length} signs.")
    return form


def take(
    form: Form, work: Callable[[], object], show: Show, back: str, words: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    """Do the work of a form and go back to a page; where it has faults, show it again with them, as it was typed."""
    if form.is_faulty:
        return show(form, 422)
    try:
        work()
    except (Invalid, Conflict) as error:
        return show(form.refused(error, words), 409 if isinstance(error, Conflict) else 422)
    return redirect(back, 303)


def _clean(value: str) -> str:
    return (clean_text(value) or "").strip()


def _several(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(one) for one in value) if isinstance(value, (list, tuple)) else (str(value),)
