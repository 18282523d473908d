"""A risk factor raises by one step what is already beyond normal, to urgent at most, and nothing else."""

from .drawn import reports

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
| day 5  | diabetes            | blisters                 | urgent    | infection is likelier                  |
| day 5  | pregnancy           | tender nodes             | urgent    | infection is likelier                  |
| hour 7 | anaesthetic allergy | eyelid swelling          | urgent    | allergy is likelier                    |
| day 2  | ink allergy         | mild swelling at outside | urgent    | allergy is likelier                    |
| day 2  | ink allergy         | moderate itching, after new product | urgent | allergy is likelier            |
| day 3  | ink allergy         | moderate itching, took antihistamine | same day | allergy is likelier         |
| day 1  | diabetes            | mild redness at outside  | same day  | infection is likelier                  |
| day 1  | diabetes            | moderate redness at outside | urgent | more of it cannot be calmer            |
| day 3  | weak immune system  | moderate scabbing, mild weeping | urgent | wet crusts                         |
| day 1  | liver disease       | mild pain worse, after water | urgent | germs of the sea                      |
| day 1  | diabetes            | mild pain, took painkiller, 37.5 C | urgent | it may hide a fever             |
| day 1  | isotretinoin        | mild redness worse, after picked | same day | fragile skin                     |
| day 20 | diabetes            | swollen nodes            | urgent    | two weeks are enough                   |
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
