"""Pain: gone within 12 hours to 3 days."""

from .drawn import boundaries, grid

test_just_within_and_just_beyond = boundaries("""
| report              | until      | is        | from        | becomes  | why                         |
| mild pain           | day 3 end  | self-care | day 4 start | routine  | sore for three days at most |
| moderate pain       | day 2 end  | self-care | day 3 start | same day | subsides after 48 hours     |
| severe pain         | hour 23:59 | self-care | hour 24     | urgent   | severe on the second day    |
| very severe pain    | hour 23:59 | same day  | hour 24     | urgent   | never an ordinary sitting   |
| moderate pain worse | hour 47:59 | self-care | hour 48     | same day | pain that rises             |
| mild pain worse     | hour 47:59 | self-care | hour 48     | same day | rising, however mild        |
| moderate pain new   | day 2 end  | self-care | day 3 start | same day | it had not hurt before      |
| severe pain better  | hour 23:59 | self-care | hour 24     | urgent   | better, and still severe    |
""")

test_day_by_day = grid("""
| report               | hour 6    | day 1     | day 2     | day 3     | day 5     | day 8     | day 15    |
| no pain              | self-care | self-care | self-care | self-care | self-care | self-care | self-care |
| mild pain            | self-care | self-care | self-care | self-care | routine   | routine   | routine   |
| moderate pain        | self-care | self-care | self-care | same day  | same day  | same day  | same day  |
| severe pain          | self-care | urgent    | urgent    | urgent    | urgent    | urgent    | urgent    |
| very severe pain     | same day  | urgent    | urgent    | urgent    | urgent    | urgent    | urgent    |
| moderate pain better | self-care | self-care | self-care | same day  | same day  | same day  | same day  |
| moderate pain same   | self-care | self-care | self-care | same day  | same day  | same day  | same day  |
| moderate pain worse  | self-care | self-care | same day  | same day  | same day  | same day  | same day  |
| moderate pain new    | self-care | self-care | self-care | same day  | same day  | same day  | same day  |
""")
