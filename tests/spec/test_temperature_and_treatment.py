"""A measured temperature, what was taken against it, and the wish for a call."""

from .drawn import reports

test_temperature = reports("""
| when  | report                               | urgency   | why                                        |
| day 4 | no redness, 37.9 C                   | self-care | below the limit                            |
| day 4 | no redness, 38.0 C                   | urgent    | the limit                                  |
| day 4 | no redness, 38.1 C                   | urgent    | fever with a clean scalp                   |
| day 4 | no redness, 100.2 F                  | self-care | 37.9 C                                     |
| day 4 | no redness, 100.4 F                  | urgent    | 38.0 C                                     |
| day 4 | no redness, 100.6 F                  | urgent    | 38.1 C                                     |
| day 4 | 38.5 C                               | urgent    | a temperature is a report                  |
| day 4 | fever, 36.8 C                        | urgent    | the feeling wins over a normal measurement |
| day 4 | not fever, 38.5 C                    | urgent    | the thermometer wins over a no             |
""")

test_treatment = reports("""
| when  | report                               | urgency   | why                                        |
| day 1 | mild pain, took painkiller           | self-care | allowed                                    |
| day 1 | mild pain, took painkiller, 37.4 C   | self-care | no sign of a hidden fever                  |
| day 1 | mild pain, took painkiller, 37.5 C   | same day  | it may hide a fever                        |
| day 1 | mild pain, 37.5 C                    | self-care | nothing hides it                           |
| day 2 | moderate itching, took antihistamine | self-care | usual so early                             |
| day 3 | moderate itching, took antihistamine | routine   | itches through the medicine                |
| day 3 | mild itching, took antihistamine     | self-care | it helps                                   |
| day 5 | no redness, saw doctor               | routine   | the clinic must hear of it                 |
| day 5 | no redness, took antibiotic          | routine   | the clinic must hear of it                 |
| day 5 | no redness, in hospital              | same day  | the clinic must hear of it today           |
| day 5 | no redness, took steroid             | self-care | no rule of its own                         |
""")

test_calls_notes_and_the_look = reports("""
| when   | report                                          | urgency   | why                            |
| day 1  | wants a call                                    | same day  | who asks is answered today     |
| day 1  | wants a call, fever                             | urgent    | the fever counts for more      |
| hour 5 | mild itching, writes 'my lips feel a bit thick' | emergency | ticks itching, means the lips  |
| day 3  | mild redness, writes 'no fever, all good'       | self-care | a no in words                  |
| day 3  | severe redness, writes 'all fine, no worries'   | same day  | words never calm               |
| day 3  | fever, writes 'no fever'                        | urgent    | words never calm               |
| day 2  | mild bumps, colour changed                      | self-care | a bruise                       |
| day 14 | colour changed                                  | self-care | bruises take two weeks         |
| day 15 | colour changed                                  | routine   | the ink, not a bruise          |
| day 6  | dots blurred                                    | self-care | settles                        |
| day 7  | dots blurred                                    | routine   | colour that creeps             |
| day 28 | dots lost                                       | self-care | they show again by four weeks  |
| day 29 | dots lost                                       | routine   | for the next session           |
| day 1  | hair loss                                       | routine   | not expected, never urgent     |
""")
