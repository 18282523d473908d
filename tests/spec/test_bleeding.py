"""Bleeding: pin-points for a day."""

from .drawn import boundaries, grid

test_just_within_and_just_beyond = boundaries("""
| report               | until      | is        | from       | becomes  | why                            |
| mild bleeding        | hour 23:59 | self-care | hour 24    | routine  | blood up to 24 hours is usual  |
| moderate bleeding    | hour 23:59 | self-care | hour 24    | same day | bleeds again on the second day |
| severe bleeding      | hour 0     | urgent    | day 89 end | urgent   | pressure does not stop it      |
| very severe bleeding | hour 0     | urgent    | day 89 end | urgent   | pressure does not stop it      |
""")

test_day_by_day = grid("""
| report                   | hour 6    | day 1     | day 2     | day 3     | day 5     | day 8     | day 15    |
| no bleeding              | self-care | self-care | self-care | self-care | self-care | self-care | self-care |
| mild bleeding            | self-care | routine   | routine   | routine   | routine   | routine   | routine   |
| moderate bleeding        | self-care | same day  | same day  | same day  | same day  | same day  | same day  |
| severe bleeding          | urgent    | urgent    | urgent    | urgent    | urgent    | urgent    | urgent    |
| very severe bleeding     | urgent    | urgent    | urgent    | urgent    | urgent    | urgent    | urgent    |
| moderate bleeding better | self-care | same day  | same day  | same day  | same day  | same day  | same day  |
| moderate bleeding same   | self-care | same day  | same day  | same day  | same day  | same day  | same day  |
| moderate bleeding worse  | self-care | same day  | same day  | same day  | same day  | same day  | same day  |
| moderate bleeding new    | self-care | same day  | same day  | same day  | same day  | same day  | same day  |
""")
