"""DRAW: what somebody sends as a picture is drawn anew, and only our drawing is kept. The one home of Pillow.

Nothing here knows of patients, tables or the web. Drawing runs in a process of its own, which ends with each picture.
"""

from triage.pictures.drawing import MOST_BYTES, Drawn, Refused, draw_anew
from triage.pictures.shelf import NoRoom, Shelf, TooMany
from triage.pictures.sniffing import REASONS

__all__ = ["MOST_BYTES", "REASONS", "Drawn", "NoRoom", "Refused", "Shelf", "TooMany", "draw_anew"]
