"""What a phone needs to put a patient's page on its home screen: the clinic's name, our mark, and the patient's link.

The icons are mark.svg, drawn at their sizes; no word on them or here says anything about health.
"""

import json

from flask import Response, request, url_for

from triage.actions.errors import NotFound, NotIdentified
from triage.web.links import begin_turn, look_around

GROUND = {"light": "#f4f6f5", "dark": "#0f1618"}  # --ground of pages.css
ICONS = (("icon-192.png", 192, "any"), ("icon-512.png", 512, "any"), ("icon-whole.png", 512, "maskable"))


def show_manifest(token: str) -> Response:
    """Return the manifest of one link; 404 for one that is not known or was revoked."""
    try:
        visit = look_around(begin_turn(token))
    except (NotIdentified, NotFound):
        return Response(status=404)
    link = request.path.rpartition("/")[0]
    manifest = {
        "id": link,
        "start_url": link,
        "scope": link,
        "name": visit.clinic_name,
        "lang": visit.words.language,
        "dir": visit.words.direction,
        "display": "standalone",
        "background_color": GROUND["light"],
        "theme_color": GROUND["light"],
        "icons": [
            {
                "src": url_for("web.static", filename=name),
                "type": "image/png",
                "sizes": f"{size}x{size}",
                "purpose": purpose,
            }
            for name, size, purpose in ICONS
        ],
    }
    return Response(json.dumps(manifest, ensure_ascii=False), mimetype="application/manifest+json")
