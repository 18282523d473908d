"""Redness: redder or darker than the skin beside it. Usual for 1 to 4 days, a mild trace to day 7."""

from .drawn import boundaries, grid

test_just_within_and_just_beyond = boundaries("""
| report                  | until      | is        | from        | becomes  | why                                  |
| mild redness            | day 7 end  | self-care | day 8 start | routine  | a trace is usual for a week          |
| moderate redness        | day 4 end  | self-care | day 5 start | routine  | gone by day 4 in most                |
| severe redness          | hour 47:59 | self-care | hour 48     | same day | 24 to 48 hours are usual             |
| very severe redness     | hour 0     | same day  | hour 47:59  | same day | never an ordinary reaction           |
| very severe redness     | hour 47:59 | same day  | hour 48     | urgent   | as red as it could be after two days |
| moderate redness worse  | hour 71:59 | self-care | hour 72     | same day | healing gets better each day         |
| severe redness worse    | hour 71:59 | same day  | hour 72     | urgent   | severe and growing                   |
| moderate redness new    | day 3 end  | self-care | day 4 start | same day | nothing new is expected by then      |
| moderate redness better | day 4 end  | self-care | day 5 start | routine  | better, and still late               |
| mild redness worse      | hour 71:59 | self-care | hour 72     | routine  | a trace that is said to grow         |
""")

test_day_by_day = grid("""
| report                  | hour 6    | day 1     | day 2     | day 3     | day 5     | day 8     | day 15    |
| no redness              | self-care | self-care | self-care | self-care | self-care | self-care | self-care |
| mild redness            | self-care | self-care | self-care | self-care | self-care | routine   | routine   |
| moderate redness        | self-care | self-care | self-care | self-care | routine   | routine   | routine   |
| severe redness          | self-care | self-care | same day  | same day  | same day  | same day  | same day  |
| very severe redness     | same day  | same day  | urgent    | urgent    | urgent    | urgent    | urgent    |
| moderate redness better | self-care | self-care | self-care | self-care | routine   | routine   | routine   |
| moderate redness same   | self-care | self-care | self-care | self-care | routine   | routine   | routine   |
| moderate redness worse  | self-care | self-care | self-care | same day  | same day  | same day  | same day  |
| moderate redness new    | self-care | self-care | self-care | self-care | same day  | same day  | same day  |
""")
