"""Weeping: clear or yellowish fluid for 1 to 2 days; cloudy or smelling fluid is pus, a danger sign."""

from .drawn import boundaries, grid

test_just_within_and_just_beyond = boundaries("""
| report                 | until      | is        | from        | becomes  | why                          |
| mild weeping           | day 2 end  | self-care | day 3 start | routine  | dry within two days          |
| moderate weeping       | hour 47:59 | self-care | hour 48     | same day | dry within two days          |
| severe weeping         | hour 0     | same day  | day 89 end  | same day | more than pin-points         |
| very severe weeping    | hour 47:59 | same day  | hour 48     | urgent   | a scalp that runs is a wound |
| moderate weeping worse | hour 47:59 | self-care | hour 48     | same day | should dry, and does not     |
| mild weeping worse     | day 2 end  | self-care | day 3 start | same day | should be dry, and grows     |
""")

test_day_by_day = grid("""
| report                  | hour 6    | day 1     | day 2     | day 3     | day 5     | day 8     | day 15    |
| no weeping              | self-care | self-care | self-care | self-care | self-care | self-care | self-care |
| mild weeping            | self-care | self-care | self-care | routine   | routine   | routine   | routine   |
| moderate weeping        | self-care | self-care | same day  | same day  | same day  | same day  | same day  |
| severe weeping          | same day  | same day  | same day  | same day  | same day  | same day  | same day  |
| very severe weeping     | same day  | same day  | urgent    | urgent    | urgent    | urgent    | urgent    |
| moderate weeping better | self-care | self-care | same day  | same day  | same day  | same day  | same day  |
| moderate weeping same   | self-care | self-care | same day  | same day  | same day  | same day  | same day  |
| moderate weeping worse  | self-care | self-care | same day  | same day  | same day  | same day  | same day  |
| moderate weeping new    | self-care | self-care | same day  | same day  | same day  | same day  | same day  |
""")
