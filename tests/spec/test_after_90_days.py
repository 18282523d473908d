"""The follow-up ends 90 days after the last sitting: what is still there is for an appointment; danger is danger."""

from .drawn import boundaries, grid, stories

test_the_last_day = boundaries("""
| report               | until      | is        | from         | becomes  | why                       |
| mild redness         | day 89 end | routine   | day 90 start | routine  | late before, late after   |
| severe redness       | day 89 end | same day  | day 90 start | routine  | lasting is for an appointment |
| mild bumps           | day 89 end | routine   | day 90 start | routine  | a quiet old bump          |
| severe pain worse    | day 89 end | urgent    | day 90 start | routine  | lasting is for an appointment |
| no redness           | day 89 end | self-care | day 90 start | self-care | nothing there            |
| fever                | day 89 end | urgent    | day 90 start | urgent   | danger signs as always    |
| wants a call         | day 89 end | same day  | day 90 start | same day | a call is a call          |
| mild itching, mild bumps | day 89 end | same day | day 90 start | routine | lasting is for an appointment |
| swollen nodes, mild bumps | day 89 end | urgent   | day 90 start | urgent | danger signs as always  |
| moderate warmth, moderate pain | day 89 end | urgent | day 90 start | routine | lasting is for an appointment |
""")

test_long_after = grid("""
| report                             | day 91    | day 210   | day 550   |
| no redness                         | self-care | self-care | self-care |
| mild itching                       | routine   | routine   | routine   |
| moderate bumps new                 | routine   | routine   | routine   |
| very severe swelling               | routine   | routine   | routine   |
| mild swelling, fever               | urgent    | urgent    | urgent    |
| chest pain                         | emergency | emergency | emergency |
| hair loss                          | routine   | routine   | routine   |
""")

test_a_new_sitting_starts_again = stories("""
| story           | when    | report           | urgency   |
| a touch-up      | day 100 | mild redness     | routine   |
|                 | day 101 | procedure        |           |
|                 | day 102 | severe redness   | self-care |
| old history     | day 6   | mild bumps new   | same day  |
|                 | day 100 | procedure        |           |
|                 | day 101 | mild bumps       | self-care |
""")
