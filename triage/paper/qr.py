"""An address as a QR code to scan from a screen or from paper. Pure."""

import io

import segno

MODULE = 8  # pixels of one square
QUIET = 4  # squares that are left white around it, as ISO/IEC 18004 asks


def qr_svg(address: str, *, has_size: bool = True) -> str:
    """Return the code as SVG, dark on white in every scheme; up to 15 % of it may be covered (level M).

    `has_size` False: it fills whatever place a page gives it.
    """
    code = segno.make(address, error="m", micro=False, boost_error=False)
    drawn = io.BytesIO()
    size = {"unit": "px"} if has_size else {"omitsize": True}  # a unit brings a viewBox with it: nothing is cropped
    code.save(drawn, kind="svg", scale=MODULE, border=QUIET, dark="#000", light="#fff", xmldecl=False, **size)
    return drawn.getvalue().decode()
