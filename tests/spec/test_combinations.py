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
| day 5 | 39.9 C                                       | urgent    | a high fever, and feels well     |
| day 5 | 40.0 C                                       | emergency | a very high fever                |
| day 5 | 104.0 F                                      | emergency | 40.0 C                           |
| day 5 | no redness, 40.5 C                           | emergency | a clean scalp does not calm it   |
| day 5 | rigor                                        | urgent    | alone                            |
| day 5 | rigor, palpitations                          | emergency | germs in the blood               |
| day 5 | rigor, very unwell                           | emergency | germs in the blood               |
| day 5 | rigor, pain out of proportion                | emergency | infection in the depth           |
| day 5 | rigor, very severe pain                      | emergency | counts as out of proportion      |
| day 5 | skin turning black                           | urgent    | alone                            |
| day 5 | skin turning black, severe pain              | emergency | skin that dies                   |
| day 5 | skin turning black, moderate pain            | emergency | skin that dies                   |
| day 5 | skin turning black, mild pain                | urgent    | not yet                          |
| day 5 | skin turning black, vomiting                 | emergency | skin that dies                   |
| day 5 | skin turning black, palpitations             | emergency | skin that dies                   |
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
| day 5 | spreading redness, fever                     | urgent    | feels well in spite of it        |
| day 5 | spreading redness, rigor                     | emergency | germs in the blood               |
| day 5 | spreading redness, vomiting                  | emergency | spreads, and the body knows      |
| day 5 | red streaks                                  | urgent    | alone                            |
| day 5 | red streaks, very unwell                     | emergency | spreads, and the body knows      |
| day 5 | red streaks, palpitations                    | emergency | spreads, and a fast heart        |
| day 5 | red streaks, pain out of proportion          | emergency | infection in the depth           |
| day 5 | red streaks, very severe pain                | emergency | counts as out of proportion      |
| day 5 | red streaks, rigor                           | emergency | germs in the blood               |
| day 5 | red streaks, vomiting                        | emergency | spreads, and the body knows      |
| day 5 | spreading redness, red streaks               | urgent    | spreads, and feels well          |
""")

test_beyond_the_treated_area = boundaries("""
| report                       | until      | is        | from       | becomes   | why                               |
| moderate redness at outside  | hour 23:59 | self-care | hour 24    | same day  | the edge is the limit             |
| mild redness at outside      | hour 23:59 | self-care | hour 24    | routine   | a trace beyond the edge           |
| moderate redness at crown    | hour 23:59 | self-care | hour 24    | self-care | where the needles were            |
| severe redness at outside    | hour 24    | same day  | hour 47:59 | same day  | would be usual inside             |
| moderate swelling at outside | hour 5:59  | urgent    | hour 6     | same day  | allergy comes in the first hours  |
| mild swelling at outside     | hour 0     | same day  | day 2      | same day  | it sinks to the forehead          |
| mild swelling at top         | hour 0     | self-care | day 2      | self-care | where the needles were            |
| moderate swelling at left    | hour 0     | self-care | day 2      | self-care | one side cannot be told from both |
""")

test_on_the_scalp = reports("""
| when   | report                                              | urgency   | why                               |
| day 2  | moderate warmth, moderate pain worse                | urgent    | hot, sore, and getting worse      |
| day 2  | moderate warmth worse, moderate pain                | urgent    | hot, sore, and getting worse      |
| day 2  | moderate warmth, moderate pain, mild swelling worse | urgent    | hot, sore, and getting worse      |
| day 2  | moderate warmth, moderate pain, mild redness worse  | urgent    | hot, sore, and getting worse      |
| day 2  | moderate warmth, moderate pain                      | self-care | not getting worse                 |
| day 3  | moderate warmth, moderate pain                      | urgent    | hot and sore, both past their time |
| day 4  | moderate warmth, moderate swelling                  | urgent    | hot and swollen after day 3       |
| day 4  | mild warmth, mild swelling                          | urgent    | swelling with heat after day 3    |
| day 4  | mild warmth, mild pain                              | urgent    | soreness with heat after day 3    |
| day 2  | mild warmth, moderate pain worse                    | urgent    | pain that rises with heat         |
| day 2  | mild warmth, mild pain new                          | urgent    | pain that comes with heat         |
| day 2  | moderate pain worse                                 | same day  | pain that rises without heat      |
| day 2  | mild warmth, mild swelling worse                    | urgent    | swelling that grows with heat     |
| day 3  | severe redness, moderate warmth, mild pain          | urgent    | too red and hot for day 3         |
| day 3  | severe redness, moderate warmth                     | same day  | nothing hurts                     |
| day 2  | mild redness worse at outside, mild warmth, mild pain | urgent  | an edge that grows, hot and sore  |
| day 2  | mild redness at outside, mild warmth, mild pain     | routine   | an edge that does not grow        |
| day 4  | moderate scabbing, moderate weeping                 | same day  | wet crusts                        |
| day 3  | moderate scabbing, mild weeping                     | same day  | wet crusts                        |
| day 3  | mild scabbing, mild weeping                         | routine   | not dry yet                       |
| day 3  | blisters                                            | same day  | alone                             |
| day 3  | blisters, fever                                     | urgent    | the fever                         |
| day 3  | blisters, moderate weeping                          | urgent    | a burn that runs                  |
| day 1  | blisters, mild pain worse                           | urgent    | a burn that hurts more            |
| day 5  | blisters, fever, spreading redness                  | emergency | a burn that the body knows        |
| day 5  | blisters, fever, red streaks                        | emergency | a burn that the body knows        |
| day 5  | blisters, fever, open sore                          | emergency | raw skin and fever                |
| day 1  | blisters, fever, severe swelling                    | emergency | a wide burn and fever             |
| day 1  | blisters, fever, severe weeping                     | emergency | a burn that runs, and fever       |
| hour 5 | blisters, severe pain                               | urgent    | a burn that goes deep             |
| hour 5 | blisters, moderate pain                             | urgent    | a burn that hurts                 |
| hour 5 | blisters, mild pain                                 | same day  | a small burn                      |
| day 30 | swollen nodes, mild bumps                           | urgent    | all seven with such bumps had nodes |
| day 30 | tender nodes, mild bumps                            | urgent    | a tender node is a swollen one    |
| day 2  | tender nodes, mild bumps                            | urgent    | the bumps may be of an earlier sitting |
| day 2  | swollen nodes, mild bumps                           | same day  | drains colour, or an earlier sitting |
| day 4  | swollen nodes, mild bumps new                       | urgent    | bumps that begin late, with a node |
| day 4  | swollen nodes, mild bumps                           | same day  | bumps that were there before      |
""")

test_when_they_begin_to_count = boundaries("""
| report                               | until      | is        | from        | becomes  | why                       |
| hives elsewhere, very severe redness | hour 23:59 | emergency | hour 24     | urgent   | no longer immediate       |
| moderate warmth worse, moderate pain | hour 47:59 | self-care | hour 48     | urgent   | the first days are hot    |
| moderate scabbing, mild weeping      | day 2 end  | self-care | day 3 start | same day | should be dry             |
| moderate warmth, moderate pain       | day 2 end  | self-care | day 3 start | urgent   | both past their time      |
| moderate warmth, moderate swelling   | day 3 end  | routine   | day 4 start | urgent   | hot and swollen after day 3 |
| swollen nodes                        | day 14 end | routine   | day 15 start | same day | two weeks are enough     |
| swollen nodes                        | day 89 end | same day  | day 90 start | routine | quiet, for later |
| tender nodes, mild bumps             | day 89 end | urgent    | day 90 start | urgent   | danger signs as always   |
| moderate warmth, moderate pain       | day 89 end | urgent    | day 90 start | routine  | lasting is for later |
| mild itching, mild bumps             | day 7 end  | self-care | day 8 start | routine  | late bumps, no more       |
| mild itching, mild bumps             | day 43     | same day  | day 89 end  | same day | itchy raised skin         |
| swollen nodes, mild bumps            | day 7 end  | same day  | day 8 start | urgent   | no longer draining colour |
""")
