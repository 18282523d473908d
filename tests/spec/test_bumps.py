"""Bumps: raised needle points shrink within 2 to 7 days. New ones from day 4 on are another matter: some
germs of water and of diluted ink show themselves 3 to 30 days later."""

from .drawn import boundaries, grid

test_just_within_and_just_beyond = boundaries("""
| report               | until        | is        | from         | becomes  | why                                   |
| mild bumps           | day 7 end    | self-care | day 8 start  | routine  | raised points have shrunk by then     |
| mild bumps           | day 14 end   | routine   | day 15 start | same day | any bump for more than two weeks      |
| mild bumps           | day 42 end   | same day  | day 43 start | routine  | quiet after six weeks: an appointment |
| moderate bumps       | day 4 end    | self-care | day 5 start  | routine  | half gone by then                     |
| moderate bumps       | day 7 end    | routine   | day 8 start  | same day | two steps above what is usual         |
| severe bumps         | day 2 end    | self-care | day 3 start  | routine  | the first days allow many             |
| severe bumps         | day 4 end    | routine   | day 5 start  | same day | two steps above what is usual         |
| mild bumps new       | hour 95:59   | self-care | hour 96      | same day | new from day 4 on                     |
| moderate bumps worse | day 3 end    | self-care | day 4 start  | same day | growing                               |
| mild bumps worse     | day 3 end    | self-care | day 4 start  | same day | growing, however mild                 |
| moderate bumps       | day 42 end   | same day  | day 43 start | routine  | quiet after six weeks: an appointment |
| severe bumps         | day 42 end   | same day  | day 43 start | same day | severe is never quiet                 |
| mild bumps worse     | day 43 start | same day  | day 89 end   | same day | growing is not quiet                  |
""")

test_day_by_day = grid("""
| report                | hour 6    | day 1     | day 2     | day 3     | day 5     | day 8     | day 15    |
| no bumps              | self-care | self-care | self-care | self-care | self-care | self-care | self-care |
| mild bumps            | self-care | self-care | self-care | self-care | self-care | routine   | same day  |
| moderate bumps        | self-care | self-care | self-care | self-care | routine   | same day  | same day  |
| severe bumps          | self-care | self-care | self-care | routine   | same day  | same day  | same day  |
| very severe bumps     | same day  | same day  | same day  | same day  | same day  | same day  | same day  |
| moderate bumps better | self-care | self-care | self-care | self-care | routine   | same day  | same day  |
| moderate bumps same   | self-care | self-care | self-care | self-care | routine   | same day  | same day  |
| moderate bumps worse  | self-care | self-care | self-care | self-care | same day  | same day  | same day  |
| moderate bumps new    | self-care | self-care | self-care | self-care | same day  | same day  | same day  |
""")
