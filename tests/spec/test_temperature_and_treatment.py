"""A measured temperature, what was taken against it, and the wish for a call."""

from .drawn import boundaries, reports

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
| day 4 | 40.0 C                               | emergency | very high                                  |
""")

test_treatment = reports("""
| when   | report                                        | urgency   | why                                        |
| day 1  | mild pain, took painkiller                    | self-care | allowed                                    |
| day 1  | mild pain, took painkiller, 37.4 C            | self-care | no sign of a hidden fever                  |
| day 1  | mild pain, took painkiller, 37.5 C            | same day  | it may hide a fever                        |
| day 1  | mild pain, 37.5 C                             | self-care | nothing hides it                           |
| day 1  | moderate pain, took painkiller                | self-care | still sore on the second day               |
| day 2  | moderate pain, took painkiller                | same day  | hurts through the painkiller               |
| day 2  | moderate pain                                 | self-care | nothing hides it                           |
| day 2  | moderate itching, took antihistamine          | self-care | usual so early                             |
| day 3  | moderate itching, took antihistamine          | routine   | itches through the medicine                |
| day 3  | mild itching, took antihistamine              | self-care | it helps                                   |
| hour 4 | moderate redness worse, took antihistamine    | same day  | grows through the medicine                 |
| hour 4 | moderate swelling worse, took antihistamine   | same day  | grows through the medicine                 |
| hour 4 | moderate redness worse                        | self-care | fresh from the needles                     |
| day 5  | no redness, saw doctor                        | routine   | the clinic must hear of it                 |
| day 5  | no redness, took antibiotic                   | routine   | the clinic must hear of it                 |
| day 5  | mild bumps, took antibiotic                   | same day  | better at first, and back, is slow germs   |
| day 4  | moderate redness, took antibiotic             | same day  | not held by it                             |
| day 4  | mild redness, took antibiotic                 | routine   | a trace                                    |
| day 3  | mild warmth, took antibiotic                  | same day  | not held by it                             |
| day 4  | moderate swelling, took antibiotic            | same day  | not held by it                             |
| day 3  | moderate pain, took antibiotic                | same day  | not held by it                             |
| day 3  | mild weeping, took antibiotic                 | same day  | not held by it                             |
| day 5  | no redness, in hospital                       | same day  | the clinic must hear of it today           |
| day 5  | no redness, took steroid                      | self-care | nothing to hide                            |
| day 4  | moderate redness, took steroid                | same day  | may be more than it looks                  |
| day 4  | moderate itching, took steroid                | same day  | itches through the medicine                |
| day 4  | moderate swelling, took steroid               | same day  | may be more than it looks                  |
| day 3  | moderate pain, took steroid                   | same day  | may be more than it looks                  |
| day 3  | mild warmth, took steroid                     | same day  | may be more than it looks                  |
| day 4  | mild bumps, took steroid                      | same day  | may be more than it looks                  |
| day 3  | mild weeping, took steroid                    | same day  | may be more than it looks                  |
""")

test_just_when_a_medicine_hides = boundaries("""
| report                               | until      | is        | from        | becomes  | why                     |
| moderate pain, took painkiller       | hour 47:59 | self-care | hour 48     | same day | subsides after 48 hours |
| moderate itching, took antihistamine | day 2 end  | self-care | day 3 start | routine  | usual so early          |
| moderate redness, took antibiotic    | day 2 end  | routine   | day 3 start | same day | time enough to work     |
| moderate redness, took steroid       | day 2 end  | self-care | day 3 start | same day | time enough to work     |
""")

test_exposures = reports("""
| when   | report                                            | urgency   | why                                    |
| day 3  | no redness, after water                           | self-care | swam too soon, and nothing came of it  |
| day 1  | moderate redness worse, after water               | same day  | germs of the water                     |
| day 1  | moderate swelling worse, after water              | same day  | germs of the water                     |
| day 1  | mild warmth worse, after water                    | same day  | germs of the water                     |
| day 1  | mild pain worse, after water                      | same day  | germs of the water                     |
| hour 9 | severe pain, after water                          | same day  | germs of the water                     |
| day 5  | blisters, after water                             | urgent    | germs of the water                     |
| day 5  | fever, after water                                | urgent    | the fever                              |
| day 8  | fever, severe pain, after water                   | emergency | within hours the skin may die          |
| day 8  | fever, severe redness, after water                | emergency | within hours the skin may die          |
| day 8  | fever, severe swelling, after water               | emergency | within hours the skin may die          |
| day 8  | fever, blisters, after water                      | emergency | within hours the skin may die          |
| day 8  | fever, open sore, after water                     | emergency | within hours the skin may die          |
| day 8  | fever, spreading redness, after water             | emergency | within hours the skin may die          |
| day 8  | fever, red streaks, after water                   | emergency | within hours the skin may die          |
| day 1  | moderate redness worse, after picked              | routine   | scratched, and getting worse           |
| day 1  | mild swelling worse, after picked                 | routine   | scratched, and getting worse           |
| day 1  | mild pain worse, after picked                     | routine   | scratched, and getting worse           |
| day 1  | mild warmth worse, after picked                   | routine   | scratched, and getting worse           |
| hour 9 | moderate redness worse, after picked              | self-care | fresh from the needles                 |
| day 3  | moderate itching, after new product               | same day  | somebody must say stop                 |
| day 3  | mild itching, after new product                   | self-care | itches as it heals                     |
| day 1  | moderate redness worse, after new product         | same day  | somebody must say stop                 |
| day 1  | mild swelling worse, after new product            | same day  | somebody must say stop                 |
| day 1  | mild weeping worse, after new product             | same day  | somebody must say stop                 |
| day 2  | mild bumps worse, after new product               | same day  | somebody must say stop                 |
| day 3  | moderate redness, after sun                       | self-care | shade, and see whether it lasts        |
| day 60 | mild swelling, after sun                          | routine   | still there when it was reported       |
| day 1  | moderate redness worse, after heat                | self-care | heat makes the skin red for an hour    |
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
