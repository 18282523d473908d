"""What the days before say: each line is judged with the lines above it."""

from .drawn import stories

test_ordinary_courses = stories("""
| story          | when   | report                                          | urgency   | finding |
| by the book    | hour 6 | severe redness, moderate swelling, mild pain    | self-care |         |
|                | day 1  | moderate redness, mild swelling, mild pain      | self-care |         |
|                | day 2  | moderate redness, no swelling, no pain          | self-care |         |
|                | day 3  | mild redness, mild scabbing                     | self-care |         |
|                | day 5  | mild redness, moderate scabbing, mild itching   | self-care |         |
|                | day 7  | no redness, mild scabbing, mild itching         | self-care |         |
|                | day 14 | no redness, no scabbing, no itching             | self-care |         |
| up and down    | hour 6 | mild redness                                    | self-care |         |
|                | day 1  | moderate redness                                | self-care |         |
|                | day 2  | moderate redness                                | self-care |         |
|                | day 4  | mild redness                                    | self-care |         |
""")

test_getting_worse = stories("""
| story          | when   | report                    | urgency   | finding        |
| red again      | day 2  | mild redness              | self-care |                |
|                | day 4  | moderate redness          | same day  | worsening      |
| growing        | day 3  | moderate swelling         | self-care |                |
|                | day 4  | severe swelling           | urgent    | worsening      |
| says the same  | day 2  | mild redness              | self-care |                |
|                | day 4  | moderate redness same     | same day  | worsening      |
| says better    | day 2  | mild redness              | self-care |                |
|                | day 4  | moderate redness better   | same day  | worsening      |
| says worse     | day 2  | moderate redness          | self-care |                |
|                | day 4  | moderate redness worse    | same day  | worsening      |
| pain rises     | day 1  | mild pain                 | self-care |                |
|                | day 2  | moderate pain             | same day  | worsening      |
| first day only | hour 2 | mild redness              | self-care |                |
|                | hour 9 | moderate redness          | self-care |                |
""")

test_back_after_it_had_gone = stories("""
| story          | when   | report                    | urgency   | finding    |
| redness        | day 4  | mild redness              | self-care |            |
|                | day 6  | no redness                | self-care |            |
|                | day 8  | moderate redness          | same day  | relapse    |
| still counts   | day 4  | mild redness              | self-care |            |
|                | day 5  | no redness                | self-care |            |
|                | day 6  | mild redness              | routine   | relapse    |
|                | day 7  | moderate redness          | same day  | relapse    |
| bumps          | day 3  | moderate bumps            | self-care |            |
|                | day 6  | no bumps                  | self-care |            |
|                | day 7  | mild bumps                | same day  | relapse    |
| warmth         | day 1  | mild warmth               | self-care |            |
|                | day 2  | no warmth                 | self-care |            |
|                | day 3  | mild warmth               | same day  | relapse    |
| swelling       | day 1  | mild swelling             | self-care |            |
|                | day 2  | no swelling               | self-care |            |
|                | day 3  | moderate swelling         | same day  | relapse    |
| pain           | day 0  | moderate pain             | self-care |            |
|                | day 1  | no pain                   | self-care |            |
|                | day 2  | moderate pain             | same day  | rapid rise |
| weeping        | hour 2 | mild weeping              | self-care |            |
|                | day 1  | no weeping                | self-care |            |
|                | day 3  | mild weeping              | same day  | relapse    |
| itching        | day 3  | moderate itching          | self-care |            |
|                | day 7  | no itching                | self-care |            |
|                | day 9  | moderate itching          | same day  | relapse    |
| a trace        | day 3  | mild redness              | self-care |            |
|                | day 4  | no redness                | self-care |            |
|                | day 5  | mild redness              | routine   | relapse    |
| a trace swells | day 1  | mild swelling             | self-care |            |
|                | day 2  | no swelling               | self-care |            |
|                | day 4  | mild swelling             | routine   | relapse    |
| a trace hurts  | day 1  | mild pain                 | self-care |            |
|                | day 2  | no pain                   | self-care |            |
|                | day 3  | mild pain                 | routine   | relapse    |
| too early      | hour 9 | mild redness              | self-care |            |
|                | day 1  | no redness                | self-care |            |
|                | hour 71:59 | mild redness          | self-care |            |
|                | hour 72 | mild redness             | routine   | relapse    |
| never there    | day 1  | no redness                | self-care |            |
|                | day 2  | mild redness              | self-care |            |
| not asked      | day 4  | mild redness              | self-care |            |
|                | day 6  | mild scabbing             | self-care |            |
|                | day 7  | mild redness              | self-care |            |
""")

test_not_improving = stories("""
| story          | when        | report                | urgency   | finding       |
| three days     | day 2       | moderate redness      | self-care |               |
|                | day 5       | moderate redness      | same day  | not improving |
| not yet three  | day 2 end   | moderate redness      | self-care |               |
|                | day 5 start | moderate redness      | routine   | above expected |
| a little       | day 2       | severe redness        | same day  |               |
|                | day 5       | moderate redness      | routine   | above expected |
| swelling       | day 1       | moderate swelling     | self-care |               |
|                | day 4       | moderate swelling     | same day  | not improving |
| bumps          | day 2       | moderate bumps        | self-care |               |
|                | day 5       | moderate bumps        | same day  | not improving |
| gone between   | day 2       | mild redness          | self-care |               |
|                | day 4       | no redness            | self-care |               |
|                | day 6       | mild redness          | routine   | relapse       |
| mild           | day 2       | mild redness          | self-care |               |
|                | day 6       | mild redness          | self-care |               |
""")

test_rising_fast = stories("""
| story          | when    | report             | urgency   | finding    |
| two steps      | day 3   | no redness         | self-care |            |
|                | day 4   | moderate redness   | same day  | rapid rise |
| overnight      | hour 44 | mild pain          | self-care |            |
|                | hour 50 | severe pain        | urgent    | above expected |
| heat           | hour 60 | no warmth          | self-care |            |
|                | hour 70 | moderate warmth    | same day  | rapid rise |
| swelling       | hour 60 | no swelling        | self-care |            |
|                | hour 70 | moderate swelling  | same day  | rapid rise |
| a slow rise    | hour 48 | no warmth          | self-care |            |
|                | hour 58 | mild warmth        | self-care |            |
|                | hour 71 | moderate warmth    | same day  | rapid rise |
| over two days  | hour 20 | no warmth          | self-care |            |
|                | hour 70 | moderate warmth    | self-care |            |
""")

# The line whose day is the latest is judged: what was told late is its history.
test_what_is_told_late_counts_at_its_own_time = stories("""
| story          | when   | report             | urgency   | finding    |
| told late      | day 8  | moderate redness   | routine   |            |
|                | day 6  | no redness         | same day  | new late   |
|                | day 4  | mild redness       | same day  | relapse    |
| told in order  | day 4  | mild redness       | self-care |            |
|                | day 6  | no redness         | self-care |            |
|                | day 8  | moderate redness   | same day  | relapse    |
""")
