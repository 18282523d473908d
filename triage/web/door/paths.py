"""Where to go after the door: a path of this host only, whatever was asked for."""

HOME = "/desk"


def own_path(path: str) -> str:
    """Return a path of this host; the worklist for everything else."""
    is_own = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_own and path.isprintable() else HOME
