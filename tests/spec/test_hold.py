"""For 72 hours after a danger finding nothing is judged below same day, until a human has closed it."""

from .drawn import stories

test_seventy_two_hours = stories("""
| story           | when      | report             | urgency   | finding |
| just within     | hour 96   | fever              | urgent    |         |
|                 | hour 96:01 | no redness        | same day  | held    |
|                 | hour 167:59 | no redness       | same day  | held    |
| just beyond     | hour 96   | fever              | urgent    |         |
|                 | hour 168  | no redness         | self-care |         |
| allergy         | hour 5    | lip/tongue/throat swelling | emergency |  |
|                 | day 1     | mild redness       | same day  | held    |
|                 | day 2     | mild redness       | same day  | held    |
|                 | day 4     | mild redness       | self-care |         |
| once more       | day 2     | pus                | urgent    |         |
|                 | day 4     | pus                | urgent    |         |
|                 | day 6     | no redness         | same day  | held    |
|                 | day 8     | no redness         | self-care |         |
""")

test_what_is_more_urgent_stands = stories("""
| story           | when      | report             | urgency   | finding     |
| worse           | day 2     | fever              | urgent    |             |
|                 | day 3     | confusion          | emergency | danger sign |
| the same day    | day 2     | fever              | urgent    |             |
|                 | day 3     | blisters           | same day  | danger sign |
| raised from     | day 5     | fever              | urgent    |             |
|                 | day 6     | swollen nodes      | same day  | held        |
""")

test_nothing_else_holds = stories("""
| story           | when      | report             | urgency   |
| only same day   | day 3     | severe redness     | same day  |
|                 | day 4     | mild redness       | self-care |
| a call          | day 3     | wants a call       | same day  |
|                 | day 4     | mild redness       | self-care |
| severe pain     | day 1     | severe pain        | urgent    |
|                 | day 2     | no pain            | same day  |
| a new session   | day 6     | fever              | urgent    |
|                 | day 7     | procedure          |           |
|                 | day 8     | mild redness       | same day  |
""")
