"""Notes in Spanish and Arabic change the answer, although the pages are in English only."""

from .drawn import reports

test_a_note_in_spanish = reports("""
| when   | report                                                              | urgency   | why                      |
| day 1  | mild redness                                                        | self-care | the same without a note  |
| day 1  | mild redness, writes 'todo bien, sin fiebre ni pus'                 | self-care | denied                   |
| day 1  | mild redness, writes 'ya no pica, me siento confundido con la cita' | self-care | the appointment          |
| day 1  | mild redness, writes 'no tengo fiebre, pero sale pus'               | urgent    | pus                      |
| day 1  | mild redness, writes 'anoche 38,5 de fiebre'                        | urgent    | fever                    |
| day 1  | mild redness, writes 'me cuesta respirar'                           | emergency | allergy                  |
| day 1  | mild redness, writes 'nopuedo respirar bien'                        | emergency | as phones type it        |
| hour 3 | mild redness, writes 'se me hincho la cara'                         | emergency | first hours              |
| day 3  | mild redness, writes 'se me hincho la cara'                         | urgent    | later                    |
| day 4  | no pain, writes 'la piel se está poniendo negra y me duele mucho'   | urgent    | dying skin               |
| day 4  | no pain, writes 'tengo fiebre y me siento muy mal'                  | emergency | the two together         |
| day 9  | no itching, writes 'un bulto detrás de la oreja que no duele'       | routine   | a quiet lump             |
""")

test_a_note_in_arabic = reports("""
| when   | report                                                     | urgency   | why                       |
| day 1  | mild redness, writes 'كل شي تمام، ما عندي حرارة ولا صديد'  | self-care | denied                    |
| day 1  | mild redness, writes 'حرارة خفيفة في فروة الرأس'           | self-care | a warm scalp is no fever  |
| day 1  | mild redness, writes 'ما عندي ألم بس فيه صديد'             | urgent    | pus                       |
| day 1  | mild redness, writes 'حرارتي ٣٨٫٥ من البارح'               | urgent    | fever, in Arabic digits   |
| day 1  | mild redness, writes 'مش قادر اتنفس'                       | emergency | Egyptian                  |
| day 1  | mild redness, writes 'شفايفي ورمت'                         | emergency | allergy                   |
| hour 3 | mild redness, writes 'وجهي متورم'                          | emergency | first hours               |
| day 3  | mild redness, writes 'وجهي متورم'                          | urgent    | later                     |
| day 4  | no pain, writes 'عندي سخونية وتعبانة جدا'                  | emergency | the two together          |
| day 9  | no itching, writes 'كتلة صغيرة خلف اذني'                   | routine   | a quiet lump              |
""")
