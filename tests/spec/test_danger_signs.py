"""Danger signs: never expected, on any day. Four of them are more urgent in the first hours."""

from triage.rules import COMMON

from .drawn import boundaries, grid, read_table, reports

SIGNS = """
| sign                        | hour 1    | day 5     | day 40    | why                                           |
| breathing trouble           | emergency | emergency | emergency | allergy of the whole body                     |
| lip/tongue/throat swelling  | emergency | emergency | emergency | allergy of the whole body                     |
| face swelling               | emergency | urgent    | urgent    | allergy at first, later mostly sinking fluid  |
| faint                       | emergency | emergency | emergency | allergy, or too much numbing cream            |
| blue lips or nails          | emergency | emergency | emergency | numbing cream takes the oxygen from the blood |
| seizure                     | emergency | emergency | emergency | too much numbing cream                        |
| ringing ears or metal taste | emergency | urgent    | urgent    | first sign of too much numbing cream          |
| palpitations                | emergency | urgent    | urgent    | numbing cream on the first day                |
| confusion                   | emergency | emergency | emergency | infection of the whole body                   |
| chest pain                  | emergency | emergency | emergency | the heart                                     |
| vomiting                    | urgent    | urgent    | urgent    | with allergy and with infection               |
| very unwell                 | urgent    | urgent    | urgent    | infection of the whole body                   |
| fever                       | urgent    | urgent    | urgent    | even with a clean scalp                       |
| rigor                       | urgent    | urgent    | urgent    | germs in the blood                            |
| spreading redness           | urgent    | urgent    | urgent    | infection of the skin                         |
| red streaks                 | urgent    | urgent    | urgent    | infection of the lymph vessels                |
| pus                         | urgent    | urgent    | urgent    | infection                                     |
| hives elsewhere             | urgent    | urgent    | urgent    | allergy of the whole body                     |
| blisters                    | same day  | same day  | same day  | burn from numbing cream                       |
| open sore                   | urgent    | urgent    | urgent    | deep infection                                |
| skin turning black          | urgent    | urgent    | urgent    | skin that dies                                |
| eyelid swelling             | urgent    | same day  | same day  | allergy at first, later fluid that sinks      |
| eyelid red or painful       | urgent    | urgent    | urgent    | infection round the eye                       |
| vision change               | emergency | emergency | emergency | infection behind the eye                      |
| pain out of proportion      | urgent    | urgent    | urgent    | infection in the depth                        |
| swollen nodes               | routine   | routine   | same day  | small and quiet; for two weeks at most        |
| tender nodes                | same day  | same day  | same day  | a lump that hurts or grows                    |
"""

test_every_sign_on_day_0_5_and_40 = grid(SIGNS)

test_the_first_hours = boundaries("""
| report                      | until      | is        | from    | becomes  | why                               |
| face swelling               | hour 5:59  | emergency | hour 6  | urgent   | allergy comes in the first hours  |
| eyelid swelling             | hour 5:59  | urgent    | hour 6  | same day | allergy comes in the first hours  |
| ringing ears or metal taste | hour 23:59 | emergency | hour 24 | urgent   | the cream acts within eight hours |
| palpitations                | hour 23:59 | emergency | hour 24 | urgent   | the cream acts within eight hours |
""")

test_before_and_long_after = reports("""
| when     | report            | urgency   | why                                             |
| hour -1  | palpitations      | emergency | numbing cream goes on before the needling       |
| hour -23 | hives elsewhere   | urgent    | the cream again                                 |
| day 89   | breathing trouble | emergency | danger has no last day                          |
| day 400  | chest pain        | emergency | danger has no last day                          |
| day 400  | fever             | urgent    | danger has no last day                          |
| day 400  | swollen nodes     | routine   | ink can trouble the nodes long after            |
""")

test_a_denied_sign_says_nothing = reports("""
| when  | report                               | urgency   | why                         |
| day 3 | mild redness, not fever, not pus     | self-care | asked, and answered no      |
| day 5 | swollen nodes, not tender nodes      | routine   | the calmer of the two lumps |
| day 5 | not breathing trouble, wants a call  | same day  | the call, not the sign      |
""")


def test_no_sign_is_forgotten() -> None:
    drawn = [row["sign"].replace(" ", "_").replace("/", "_") for row in read_table(SIGNS)]
    assert sorted(drawn) == sorted(COMMON.signs)
