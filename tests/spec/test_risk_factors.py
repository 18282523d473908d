"""A risk factor raises by one step what is already beyond normal, to urgent at most, and nothing else."""

from .drawn import patients, reports

test_one_step = reports("""
| when   | patient             | report                   | urgency   | why                                    |
| day 8  |                     | mild redness             | routine   | nobody at special risk                 |
| day 8  | diabetes            | mild redness             | same day  | infection is likelier                  |
| day 8  | weak immune system  | mild redness             | same day  | infection is likelier                  |
| day 8  | pregnancy           | mild redness             | same day  | infection is likelier                  |
| day 8  | heart valve disease | mild redness             | same day  | germs in the blood reach the valve     |
| day 8  | liver disease       | mild redness             | same day  | infection is likelier                  |
| day 8  | scalp skin disease  | mild redness             | same day  | infection is likelier                  |
| day 8  | isotretinoin        | mild redness             | same day  | fragile skin                           |
| day 2  | diabetes            | severe redness           | urgent    | same day becomes urgent                |
| day 2  | blood thinner       | mild bleeding            | same day  | bleeds longer                          |
| day 2  | bleeding disorder   | moderate bleeding        | urgent    | bleeds longer                          |
| day 8  | ink allergy         | moderate itching         | same day  | allergy is likelier                    |
| day 8  | anaesthetic allergy | moderate itching         | same day  | allergy is likelier                    |
| day 3  | anaesthetic allergy | blisters                 | urgent    | the cream again                        |
| day 5  | diabetes            | tender nodes             | urgent    | infection is likelier                  |
| day 5  | diabetes            | swollen nodes            | same day  | infection is likelier                  |
| day 10 | weak immune system  | eyelid swelling          | urgent    | sickle cell, after microblading        |
| day 10 | keloid history      | mild bumps               | same day  | a scar may begin                       |
| day 20 | keloid history      | mild bumps               | urgent    | a lump that stays                      |
| day 20 | keloid history      | moderate bumps           | urgent    | more of it cannot be calmer            |
| day 20 | ink allergy         | mild bumps               | urgent    | a lump that stays                      |
| day 20 | ink allergy         | moderate bumps           | urgent    | more of it cannot be calmer            |
""")

# Late redness stands for the rules of infection, late bumps for those of bumps, late itching for those of allergy.
GERMS_ARE_LIKELIER = ("diabetes", "weak immune system", "pregnancy", "heart valve disease", "liver disease")
test_where_germs_are_likelier = patients(
    """
| report                                      | nobody   | likelier |
| day 8: mild redness                         | routine  | same day |
| day 10: mild bumps                          | routine  | same day |
| day 3: blisters                             | same day | urgent   |
| day 3: eyelid swelling                      | same day | urgent   |
| day 3: swollen nodes                        | routine  | same day |
| day 3: tender nodes                         | same day | urgent   |
| day 20: swollen nodes                       | same day | urgent   |
| day 1: mild redness at outside              | routine  | same day |
| day 1: moderate redness at outside          | same day | urgent   |
| day 1: mild swelling at outside             | same day | urgent   |
| day 3: moderate scabbing, mild weeping      | same day | urgent   |
| day 50: mild itching, mild bumps            | same day | urgent   |
| day 1: 37.6 C, took painkiller              | same day | urgent   |
| day 2: moderate pain, took painkiller       | same day | urgent   |
| day 4: moderate redness, took antibiotic    | same day | urgent   |
| day 4: moderate redness, took steroid       | same day | urgent   |
| day 1: moderate redness worse, after water  | same day | urgent   |
| day 1: moderate redness worse, after picked | routine  | same day |
| day 8: moderate itching                     | routine  | routine  |
| day 2: mild bleeding                        | routine  | routine  |
""",
    likelier=GERMS_ARE_LIKELIER,
)

test_where_skin_is_fragile = patients("""
| report                                          | nobody   | scalp skin disease | isotretinoin | keloid history |
| day 8: mild redness                             | routine  | same day           | same day     | routine        |
| day 10: mild bumps                              | routine  | same day           | same day     | same day       |
| day 8: moderate itching                         | routine  | same day           | routine      | routine        |
| day 3: blisters                                 | same day | urgent             | urgent       | same day       |
| day 3: eyelid swelling                          | same day | same day           | same day     | same day       |
| day 1: mild redness at outside                  | routine  | same day           | same day     | routine        |
| day 1: moderate redness at outside              | same day | urgent             | urgent       | same day       |
| day 1: mild swelling at outside                 | same day | same day           | same day     | same day       |
| day 3: moderate scabbing, mild weeping          | same day | urgent             | urgent       | same day       |
| day 50: mild itching, mild bumps                | same day | urgent             | urgent       | urgent         |
| day 3: moderate itching, took antihistamine     | routine  | same day           | routine      | routine        |
| hour 4: mild swelling worse, took antihistamine | same day | urgent             | same day     | same day       |
| day 1: moderate redness worse, after water      | same day | urgent             | urgent       | same day       |
| day 1: moderate redness worse, after picked     | routine  | same day           | same day     | routine        |
| day 2: moderate itching, after new product      | same day | urgent             | same day     | same day       |
""")

test_where_an_allergy_is_likelier = patients("""
| report                                          | nobody   | ink allergy | anaesthetic allergy |
| day 8: mild redness                             | routine  | routine     | routine             |
| day 10: mild bumps                              | routine  | same day    | routine             |
| day 8: moderate itching                         | routine  | same day    | same day            |
| day 3: blisters                                 | same day | same day    | urgent              |
| day 3: eyelid swelling                          | same day | urgent      | urgent              |
| day 1: mild redness at outside                  | routine  | routine     | routine             |
| day 1: moderate redness at outside              | same day | same day    | same day            |
| day 1: mild swelling at outside                 | same day | urgent      | urgent              |
| day 3: moderate scabbing, mild weeping          | same day | same day    | same day            |
| day 50: mild itching, mild bumps                | same day | urgent      | same day            |
| day 3: moderate itching, took antihistamine     | routine  | same day    | same day            |
| hour 4: mild swelling worse, took antihistamine | same day | urgent      | urgent              |
| day 1: moderate redness worse, after water      | same day | same day    | same day            |
| day 1: moderate redness worse, after picked     | routine  | routine     | routine             |
| day 2: moderate itching, after new product      | same day | urgent      | urgent              |
""")

test_what_it_does_not_raise = reports("""
| when   | patient             | report                   | urgency   | why                                    |
| day 1  | diabetes            | moderate redness         | self-care | what is usual stays usual              |
| day 1  | weak immune system  | no redness               | self-care | a risk alone is no finding             |
| day 8  | blood thinner       | mild redness             | routine   | has nothing to do with it              |
| day 2  | diabetes            | mild bleeding            | routine   | has nothing to do with it              |
| day 11 | diabetes            | mild tightness           | routine   | has nothing to do with it              |
| day 5  | diabetes            | severe pain              | urgent    | never above urgent                     |
| day 5  | diabetes            | fever                    | urgent    | never above urgent                     |
| day 5  | diabetes            | hair loss                | routine   | the look is not the body               |
| day 5  | diabetes            | wants a call             | same day  | a call is a call                       |
""")

test_two_together_raise_one_step = reports("""
| when   | patient                       | report                     | urgency   | why                     |
| day 8  | diabetes, weak immune system  | mild redness               | same day  | one step, not two       |
| day 8  | diabetes, pregnancy           | no redness                 | self-care | nothing to raise        |
| day 8  | diabetes, blood thinner       | mild redness               | same day  | one of them fits        |
| day 8  | diabetes, blood thinner       | mild redness, mild bleeding | same day | each raises its own     |
| day 2  | diabetes, liver disease       | severe redness             | urgent    | never above urgent      |
| day 8  | diabetes, ink allergy, pregnancy, keloid history | mild bumps | same day | one step, not four   |
""")
