"""Scabs and flaking: usual for 5 to 10 days."""

from .drawn import boundaries, grid

test_just_within_and_just_beyond = boundaries("""
| report                  | until      | is        | from         | becomes  | why                                  |
| mild scabbing           | day 14 end | self-care | day 15 start | routine  | all scabs are off by then            |
| moderate scabbing       | day 10 end | self-care | day 11 start | routine  | most scabs are off by then           |
| severe scabbing         | hour 0     | same day  | day 89 end   | same day | thick or wet crusts                  |
| very severe scabbing    | hour 0     | same day  | day 89 end   | same day | thick or wet crusts                  |
| moderate scabbing worse | day 10 end | self-care | day 11 start | same day | new scabs when the old should be off |
""")

test_day_by_day = grid("""
| report                   | hour 6    | day 1     | day 2     | day 3     | day 5     | day 8     | day 15    |
| no scabbing              | self-care | self-care | self-care | self-care | self-care | self-care | self-care |
| mild scabbing            | self-care | self-care | self-care | self-care | self-care | self-care | routine   |
| moderate scabbing        | self-care | self-care | self-care | self-care | self-care | self-care | routine   |
| severe scabbing          | same day  | same day  | same day  | same day  | same day  | same day  | same day  |
| very severe scabbing     | same day  | same day  | same day  | same day  | same day  | same day  | same day  |
| moderate scabbing better | self-care | self-care | self-care | self-care | self-care | self-care | routine   |
| moderate scabbing same   | self-care | self-care | self-care | self-care | self-care | self-care | routine   |
| moderate scabbing worse  | self-care | self-care | self-care | self-care | self-care | self-care | same day  |
| moderate scabbing new    | self-care | self-care | self-care | self-care | self-care | self-care | routine   |
""")
