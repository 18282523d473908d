"""Itching: part of healing for 4 to 7 days, mildly to day 14."""

from .drawn import boundaries, grid

test_just_within_and_just_beyond = boundaries("""
| report                 | until      | is        | from         | becomes  | why                     |
| mild itching           | day 14 end | self-care | day 15 start | routine  | two weeks are usual     |
| moderate itching       | day 7 end  | self-care | day 8 start  | routine  | one week is usual       |
| severe itching         | hour 0     | same day  | day 89 end   | same day | severe at any time      |
| very severe itching    | hour 0     | same day  | day 89 end   | same day | severe at any time      |
| moderate itching worse | day 7 end  | self-care | day 8 start  | same day | may grow while it heals |
""")

test_day_by_day = grid("""
| report                  | hour 6    | day 1     | day 2     | day 3     | day 5     | day 8     | day 15    |
| no itching              | self-care | self-care | self-care | self-care | self-care | self-care | self-care |
| mild itching            | self-care | self-care | self-care | self-care | self-care | self-care | routine   |
| moderate itching        | self-care | self-care | self-care | self-care | self-care | routine   | routine   |
| severe itching          | same day  | same day  | same day  | same day  | same day  | same day  | same day  |
| very severe itching     | same day  | same day  | same day  | same day  | same day  | same day  | same day  |
| moderate itching better | self-care | self-care | self-care | self-care | self-care | routine   | routine   |
| moderate itching same   | self-care | self-care | self-care | self-care | self-care | routine   | routine   |
| moderate itching worse  | self-care | self-care | self-care | self-care | self-care | same day  | same day  |
| moderate itching new    | self-care | self-care | self-care | self-care | self-care | routine   | routine   |
""")
