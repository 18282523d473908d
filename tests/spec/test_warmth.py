"""Warmth: warm to the back of the hand for 1 to 3 days. It counts as redness does, which hides on dark skin."""

from .drawn import boundaries, grid

test_just_within_and_just_beyond = boundaries("""
| report                | until      | is        | from        | becomes  | why                         |
| mild warmth           | day 3 end  | self-care | day 4 start | same day | heat after day 3            |
| moderate warmth       | day 2 end  | self-care | day 3 start | routine  | hot on day 3                |
| moderate warmth       | day 3 end  | routine   | day 4 start | same day | heat after day 3            |
| severe warmth         | hour 23:59 | self-care | hour 24     | same day | hot on the second day       |
| severe warmth         | day 3 end  | same day  | day 4 start | urgent   | severe heat after day 3     |
| very severe warmth    | hour 0     | same day  | day 3 end   | same day | beyond an ordinary reaction |
| moderate warmth worse | hour 47:59 | self-care | hour 48     | same day | heat that rises             |
| mild warmth worse     | hour 47:59 | self-care | hour 48     | same day | rising, however mild        |
""")

test_day_by_day = grid("""
| report                 | hour 6    | day 1     | day 2     | day 3     | day 5     | day 8     | day 15    |
| no warmth              | self-care | self-care | self-care | self-care | self-care | self-care | self-care |
| mild warmth            | self-care | self-care | self-care | self-care | same day  | same day  | same day  |
| moderate warmth        | self-care | self-care | self-care | routine   | same day  | same day  | same day  |
| severe warmth          | self-care | same day  | same day  | same day  | urgent    | urgent    | urgent    |
| very severe warmth     | same day  | same day  | same day  | same day  | urgent    | urgent    | urgent    |
| moderate warmth better | self-care | self-care | self-care | routine   | same day  | same day  | same day  |
| moderate warmth same   | self-care | self-care | self-care | routine   | same day  | same day  | same day  |
| moderate warmth worse  | self-care | self-care | same day  | same day  | same day  | same day  | same day  |
| moderate warmth new    | self-care | self-care | self-care | routine   | same day  | same day  | same day  |
""")
