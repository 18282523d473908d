"""Acute symptoms count from the latest sitting; bumps that began late keep their own clock through all sittings."""

from .drawn import stories

test_acute_symptoms_start_again = stories("""
| story            | when   | report                         | urgency   | finding        |
| weekly sittings  | hour 6 | severe redness                 | self-care |                |
|                  | day 5  | mild redness                   | self-care |                |
|                  | day 7  | procedure                      |           |                |
|                  | day 8  | severe redness                 | self-care |                |
|                  | day 9  | severe redness                 | same day  | above expected |
|                  | day 11 | mild redness                   | self-care |                |
|                  | day 14 | procedure                      |           |                |
|                  | day 15 | moderate redness, severe pain  | urgent    | above expected |
| no relapse       | day 3  | mild redness                   | self-care |                |
|                  | day 6  | no redness                     | self-care |                |
|                  | day 7  | procedure                      |           |                |
|                  | day 10 | moderate redness               | self-care |                |
| new pain         | day 6  | no pain                        | self-care |                |
|                  | day 7  | procedure                      |           |                |
|                  | day 7  | moderate pain                  | self-care |                |
| between sittings | day 7  | procedure                      |           |                |
|                  | day 6  | moderate redness               | routine   | above expected |
""")

test_the_late_clock_of_bumps = stories("""
| story            | when   | report                         | urgency   | finding        |
| began on day 20  | day 10 | no bumps                       | self-care |                |
|                  | day 7  | procedure                      |           |                |
|                  | day 20 | mild bumps                     | same day  |                |
|                  | day 21 | procedure                      |           |                |
|                  | day 22 | mild bumps                     | same day  | late onset     |
| said to be new   | day 6  | mild bumps new                 | same day  |                |
|                  | day 7  | procedure                      |           |                |
|                  | day 8  | mild bumps                     | same day  | late onset     |
| never went away  | day 16 | mild bumps                     | same day  |                |
|                  | day 17 | procedure                      |           |                |
|                  | day 18 | mild bumps                     | same day  | late onset     |
| healed first     | day 6  | mild bumps new                 | same day  |                |
|                  | day 7  | no bumps                       | self-care |                |
|                  | day 8  | procedure                      |           |                |
|                  | day 9  | moderate bumps                 | self-care |                |
| hidden for a day | day 6  | mild bumps new                 | same day  |                |
|                  | day 8  | procedure                      |           |                |
|                  | hour 205 | no bumps                     | self-care |                |
|                  | day 9  | mild bumps                     | same day  | late onset     |
| gone on the next day | day 6  | mild bumps new             | same day  |                |
|                  | day 8  | procedure                      |           |                |
|                  | hour 230 | no bumps                     | self-care |                |
|                  | day 10 | mild bumps                     | self-care |                |
| with a node      | day 6  | mild bumps new                 | same day  |                |
|                  | day 8  | procedure                      |           |                |
|                  | day 9  | mild bumps, swollen nodes      | urgent    | combination    |
| ordinary ones    | day 2  | moderate bumps                 | self-care |                |
|                  | day 5  | no bumps                       | self-care |                |
|                  | day 7  | procedure                      |           |                |
|                  | day 8  | moderate bumps                 | self-care |                |
| through three    | day 6  | mild bumps new                 | same day  |                |
|                  | day 7  | procedure                      |           |                |
|                  | day 13 | mild bumps                     | same day  | late onset     |
|                  | day 14 | procedure                      |           |                |
|                  | day 15 | mild bumps                     | same day  | late onset     |
| hour 95          | hour 95:59 | mild bumps new             | self-care |                |
|                  | day 7  | procedure                      |           |                |
|                  | day 8  | mild bumps                     | self-care |                |
""")
