"""Tightness: a tight scalp is usual for a week or ten days."""

from .drawn import boundaries, grid

test_just_within_and_just_beyond = boundaries("""
| report                | until      | is        | from         | becomes  | why                              |
| mild tightness        | day 10 end | self-care | day 11 start | routine  | ten days are usual               |
| moderate tightness    | day 10 end | self-care | day 11 start | routine  | ten days are usual               |
| severe tightness      | day 7 end  | self-care | day 8 start  | routine  | eases after a week               |
| severe tightness      | day 10 end | routine   | day 11 start | same day | severe after the whole time      |
| very severe tightness | hour 0     | same day  | day 89 end   | same day | may be swelling that is not seen |
""")

test_day_by_day = grid("""
| report                    | hour 6    | day 1     | day 2     | day 3     | day 5     | day 8     | day 15    |
| no tightness              | self-care | self-care | self-care | self-care | self-care | self-care | self-care |
| mild tightness            | self-care | self-care | self-care | self-care | self-care | self-care | routine   |
| moderate tightness        | self-care | self-care | self-care | self-care | self-care | self-care | routine   |
| severe tightness          | self-care | self-care | self-care | self-care | self-care | routine   | same day  |
| very severe tightness     | same day  | same day  | same day  | same day  | same day  | same day  | same day  |
| moderate tightness better | self-care | self-care | self-care | self-care | self-care | self-care | routine   |
| moderate tightness same   | self-care | self-care | self-care | self-care | self-care | self-care | routine   |
| moderate tightness worse  | self-care | self-care | self-care | self-care | self-care | self-care | routine   |
| moderate tightness new    | self-care | self-care | self-care | self-care | self-care | self-care | routine   |
""")
