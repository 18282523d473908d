"""How a language writes dates and calls things: what babel knows of it, by its tag."""

from babel import Locale, UnknownLocaleError


def locale_of(language: str) -> Locale | None:
    """Return a language or regional form of it, like es-MX; None where nobody here knows it."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return None


def english_name(language: str) -> str:
    """Return what a language is called in English; its tag where nobody here knows it."""
    locale = locale_of(language)
    return str(locale.get_display_name("en") or language) if locale else language
