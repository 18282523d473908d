"""Swelling of the scalp: usual for 1 to 4 days, a mild trace to day 5."""

from .drawn import boundaries, grid

test_just_within_and_just_beyond = boundaries("""
| report                  | until      | is        | from        | becomes  | why                             |
| mild swelling           | day 5 end  | self-care | day 6 start | routine  | any swelling after day 5        |
| moderate swelling       | day 4 end  | self-care | day 5 start | routine  | gone by day 4 in most           |
| severe swelling         | hour 47:59 | self-care | hour 48     | same day | 24 to 48 hours are usual        |
| very severe swelling    | hour 47:59 | same day  | hour 48     | urgent   | as swollen as it could be       |
| moderate swelling worse | hour 71:59 | self-care | hour 72     | same day | growing after day 2             |
| severe swelling worse   | hour 71:59 | same day  | hour 72     | urgent   | severe and growing              |
| mild swelling worse     | hour 71:59 | self-care | hour 72     | same day | growing, however mild           |
| severe swelling worse   | hour 0     | same day  | hour 71:59  | same day | may be an allergy that begins   |
| moderate swelling new   | day 3 end  | self-care | day 4 start | same day | nothing new is expected by then |
""")

test_day_by_day = grid("""
| report                   | hour 6    | day 1     | day 2     | day 3     | day 5     | day 8     | day 15    |
| no swelling              | self-care | self-care | self-care | self-care | self-care | self-care | self-care |
| mild swelling            | self-care | self-care | self-care | self-care | self-care | routine   | routine   |
| moderate swelling        | self-care | self-care | self-care | self-care | routine   | routine   | routine   |
| severe swelling          | self-care | self-care | same day  | same day  | same day  | same day  | same day  |
| very severe swelling     | same day  | same day  | urgent    | urgent    | urgent    | urgent    | urgent    |
| moderate swelling better | self-care | self-care | self-care | self-care | routine   | routine   | routine   |
| moderate swelling same   | self-care | self-care | self-care | self-care | routine   | routine   | routine   |
| moderate swelling worse  | self-care | self-care | self-care | same day  | same day  | same day  | same day  |
| moderate swelling new    | self-care | self-care | self-care | self-care | same day  | same day  | same day  |
""")
