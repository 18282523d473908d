"""The rule set that every peer is given: our own protocol folder, and the numbers that peers build theirs from."""

from pathlib import Path
from typing import NamedTuple

from seeds.protocols import SHIPPED, read_folder
from triage.rules import Protocol, Tables, compile_protocol, read_protocol

FOLDER = Path(__file__).parent / "protocol"
SYMPTOMS = ("redness", "swelling", "bumps", "itching", "pain", "warmth", "blistering", "crusting")
SIGNS = ("fever", "pus", "spreading_redness", "breathing_trouble", "face_swelling", "vision_change")
COMBINATIONS = ("systemic_infection", "painful_blisters")
TRENDS = ("worse", "new", "back", "not_improving", "rising_fast")
EXCESS = {1: "routine", 2: "same_day", 3: "urgent"}  # 3 stands for three or more

WORSE_FROM_HOUR, WORSE_SEVERITY = 72, 2
STUCK_FROM_HOUR, STUCK_SEVERITY, STUCK_FOR_HOURS = 120, 2, 48
RISE_BY, RISE_WITHIN_HOURS = 2, 24
BLISTERING, PAIN = 2, 3  # painful_blisters: at least so severe, both


class RuleSet(NamedTuple):
    """What differs from symptom to symptom and from sign to sign."""

    windows: dict[str, tuple[tuple[int, int], ...]]  # symptom -> (from hour, highest severity expected)
    signs: dict[str, str]  # sign -> urgency


def read_files() -> dict[str, str]:
    """Return the files of the rule set; texts and danger words are the shipped protocol's, with two labels more."""
    files = {name: text for name, text in read_folder(SHIPPED).items() if name in ("text.en.toml", "words.en.toml")}
    heading = "[labels.symptoms]\n"
    own = 'blistering = "Blistering"\ncrusting = "Crusting"\n'
    files["text.en.toml"] = files["text.en.toml"].replace(heading, heading + own, 1)
    return files | read_folder(FOLDER)


def load(files: dict[str, str]) -> Tables:
    """Return the compiled tables of a protocol's files."""
    return compile_protocol(read_protocol(files))


def plain(protocol: Protocol) -> RuleSet:
    """Return the numbers of the protocol as other engines take them."""
    windows = {
        window.symptom: tuple((ceiling.from_hour, ceiling.at_most) for ceiling in window.expected)
        for window in protocol.windows
        if window.symptom in SYMPTOMS
    }
    signs = {sign.sign: sign.rule.urgency.name for sign in protocol.signs if sign.sign in SIGNS}
    return RuleSet(windows, signs)
