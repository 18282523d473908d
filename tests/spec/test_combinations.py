"""What two facts mean together, when each alone would mean less."""

from .drawn import boundaries, reports

test_allergy = reports("""
| when   | report                                      | urgency   | why                                    |
| day 1  | hives elsewhere                             | urgent    | alone                                  |
| day 1  | hives elsewhere, face swelling              | emergency | the whole body                         |
| day 1  | hives elsewhere, vomiting                   | emergency | the whole body                         |
| day 1  | hives elsewhere, palpitations               | emergency | the whole body                         |
| day 1  | hives elsewhere, eyelid swelling            | emergency | the whole body                         |
| day 1  | hives elsewhere, very unwell                | emergency | the whole body                         |
| day 2  | face swelling                               | urgent    | alone, after the first hours           |
| day 2  | face swelling, vomiting                     | emergency | the whole body                         |
| day 2  | face swelling, palpitations                 | emergency | the whole body                         |
| day 2  | face swelling, very unwell                  | emergency | the whole body                         |
| hour 2 | hives elsewhere, very severe redness        | emergency | an immediate allergy                   |
| hour 2 | hives elsewhere, severe redness             | urgent    | fresh from the needles, and hives      |
| day 1  | hives elsewhere, very severe redness        | urgent    | no longer immediate                    |
""")

test_infection_of_the_whole_body = reports("""
| when  | report                                       | urgency   | why                              |
| day 5 | fever                                        | urgent    | alone                            |
| day 5 | fever, palpitations                          | emergency | a fast heart                     |
| day 5 | fever, very unwell                           | emergency | germs in the blood               |
| day 5 | fever, pain out of proportion                | emergency | infection in the depth           |
| day 5 | fever, skin turning black                    | emergency | skin that dies                   |
| day 5 | fever, very severe pain                      | emergency | counts as out of proportion      |
| day 5 | fever, severe pain                           | urgent    | each urgent, not more together   |
| day 5 | 38.4 C, very unwell                          | emergency | measured, not ticked             |
| day 5 | rigor                                        | urgent    | alone                            |
| day 5 | rigor, palpitations                          | emergency | germs in the blood               |
| day 5 | rigor, very unwell                           | emergency | germs in the blood               |
| day 5 | rigor, pain out of proportion                | emergency | infection in the depth           |
| day 5 | skin turning black                           | urgent    | alone                            |
| day 5 | skin turning black, severe pain              | emergency | skin that dies                   |
| day 5 | skin turning black, moderate pain            | urgent    | not yet                          |
| day 5 | skin turning black, very unwell              | emergency | skin that dies                   |
| day 5 | skin turning black, rigor                    | emergency | skin that dies                   |
| day 5 | skin turning black, pain out of proportion   | emergency | skin that dies                   |
| day 5 | skin turning black, blisters                 | emergency | skin that dies                   |
| day 5 | pain out of proportion, very unwell          | emergency | infection in the depth           |
| day 5 | fever, not very unwell                       | urgent    | denied adds nothing              |
""")

test_redness_that_spreads = reports("""
| when  | report                                       | urgency   | why                              |
| day 5 | spreading redness                            | urgent    | alone                            |
| day 5 | spreading redness, very unwell               | emergency | spreads, and the body knows      |
| day 5 | spreading redness, palpitations              | emergency | spreads, and a fast heart        |
| day 5 | spreading redness, pain out of proportion    | emergency | infection in the depth           |
| day 5 | spreading redness, very severe pain          | emergency | counts as out of proportion      |
| day 5 | spreading redness, severe pain               | urgent    | each urgent, not more together   |
| day 5 | red streaks                                  | urgent    | alone                            |
| day 5 | red streaks, very unwell                     | emergency | spreads, and the body knows      |
| day 5 | red streaks, palpitations                    | emergency | spreads, and a fast heart        |
| day 5 | red streaks, pain out of proportion          | emergency | infection in the depth           |
| day 5 | red streaks, very severe pain                | emergency | counts as out of proportion      |
| day 5 | spreading redness, red streaks               | urgent    | spreads, and feels well          |
""")

test_beyond_the_treated_area = boundaries("""
| report                         | until      | is        | from    | becomes  | why                            |
| moderate redness at outside    | hour 23:59 | self-care | hour 24 | same day | the edge is the limit          |
| moderate swelling at outside   | hour 23:59 | self-care | hour 24 | same day | it sinks to the forehead       |
| mild redness at outside        | hour 23:59 | self-care | hour 24 | self-care | a trace                       |
| moderate redness at crown      | hour 23:59 | self-care | hour 24 | self-care | where the needles were        |
| severe redness at outside      | hour 24    | same day  | hour 47:59 | same day | would be usual inside       |
""")

test_on_the_scalp = reports("""
| when   | report                                              | urgency   | why                               |
| day 2  | moderate warmth, moderate pain worse                | urgent    | hot, sore, and getting worse      |
| day 2  | moderate warmth worse, moderate pain                | urgent    | hot, sore, and getting worse      |
| day 2  | moderate warmth, moderate pain, mild swelling worse | urgent    | hot, sore, and getting worse      |
| day 2  | moderate warmth, moderate pain, mild redness worse  | urgent    | hot, sore, and getting worse      |
| day 2  | moderate warmth, moderate pain                      | self-care | not getting worse                 |
| day 2  | mild warmth, moderate pain worse                    | same day  | hardly hot                        |
| day 4  | moderate scabbing, moderate weeping                 | same day  | yellow, wet crusts                |
| day 3  | blisters                                            | same day  | alone                             |
| day 3  | blisters, fever                                     | urgent    | a burn that goes deep             |
| day 3  | blisters, severe weeping                            | urgent    | a burn that runs                  |
| hour 5 | blisters, severe pain                               | urgent    | a burn that goes deep             |
| hour 5 | blisters, moderate pain                             | same day  | a small burn                      |
| day 30 | swollen nodes, mild bumps                           | urgent    | all seven with such bumps had nodes |
| day 30 | tender nodes, mild bumps                            | urgent    | a tender node is a swollen one    |
""")

test_when_they_begin_to_count = boundaries("""
| report                               | until      | is        | from        | becomes  | why                       |
| hives elsewhere, very severe redness | hour 23:59 | emergency | hour 24     | urgent   | no longer immediate       |
| moderate warmth worse, moderate pain | hour 47:59 | self-care | hour 48     | urgent   | the first days are hot    |
| moderate scabbing, moderate weeping  | hour 47:59 | self-care | hour 48     | same day | should be dry             |
| mild itching, mild bumps             | day 7 end  | self-care | day 8 start | routine  | late bumps, no more       |
| mild itching, mild bumps             | day 43     | same day  | day 89 end  | same day | itchy raised skin         |
| swollen nodes, mild bumps            | day 7 end  | routine   | day 8 start | urgent   | no longer draining colour |
""")
