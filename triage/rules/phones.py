"""Telephone numbers compared: people and providers write the same one in many ways."""

SHORTEST_SAME = 8  # digits that must agree where one is written without its country


def digits_of(number: str) -> str:
    """Return a number's digits without what stands for "from abroad" or "within the country"."""
    return "".join(sign for sign in number if sign.isascii() and sign.isdecimal()).lstrip("0")


def is_same_number(one: str, other: str) -> bool:
    """Tell whether two spellings mean one number; one of them may lack the code of the country."""
    short, long = sorted((digits_of(one), digits_of(other)), key=len)
    return bool(short) and (short == long or (len(short) >= SHORTEST_SAME and long.endswith(short)))
