"""The files that pages load. Their address carries the digest of them all, so that a browser may keep them for ever.

One digest for the folder, since the scripts import each other by their names.
"""

import hashlib
import json
from pathlib import Path

from flask import Response, abort, url_for

FOLDER = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}
FILES = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.suffix in KINDS}
ONLINE = {"photos.js", "forget.js"}  # of pages that need the network anyway
STAFF = "desk"  # what the names of files for staff begin with
DIGEST = hashlib.sha256(b"".join(name.encode() + FILES[name] for name in FILES)).hexdigest()[:12]


def name_version(endpoint: str, values: dict[str, str]) -> None:
    """Put the digest into the addresses of static files that templates ask for."""
    if endpoint.endswith(".static"):
        values.setdefault("version", DIGEST)


def show_file(version: str, filename: str) -> Response:
    """Return a file; under the address of another version it may not be kept. 404 for a name that is not known."""
    if filename not in FILES:
        abort(404)
    answer = Response(FILES[filename], mimetype=KINDS[Path(filename).suffix])
    if version == DIGEST:
        answer.headers["Cache-Control"] = FOR_EVER
    return answer


def show_worker() -> Response:
    """Return the service worker of the patients' pages: a new version of any file makes it a new worker."""
    kept = [name for name in FILES if name not in ONLINE and not name.startswith(STAFF) and not name.endswith(".png")]
    files = [url_for("web.static", filename=name) for name in kept]
    script = url_for("web.static", filename="worker.js")
    lines = f'import {{ begin }} from "{script}";\nbegin("{DIGEST}", {json.dumps(files)});\n'
    return Response(lines, mimetype="text/javascript")
