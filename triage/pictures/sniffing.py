"""What a file is, by its first bytes: its name and the type that it was sent with can say anything."""

PHONES = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1", b"avif", b"avis")
# Why a picture is refused; the words for people bear these names.
REASONS = ("empty", "too_large", "heic", "other_kind", "broken", "too_many_pixels", "busy")


def kind_of(data: bytes) -> str | None:
    """Return JPEG, PNG or WEBP, the kinds that are drawn; None for everything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    return "WEBP" if data.startswith(b"RIFF") and data[8:12] == b"WEBP" else None


def is_of_a_phone(data: bytes) -> bool:
    """Tell whether it is HEIC or a relation of it, as telephones store pictures by themselves."""
    return data[4:8] == b"ftyp" and data[8:12].lower() in PHONES
