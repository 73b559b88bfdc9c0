"""The small exact things everything else stands on. No Django, no files of our own, no clock.

`errors`       problems that say what is wrong, where, and what to do, in Chinese and English
`characters`   width, spaces and invisible characters
`identity`     identity numbers: normalising, judging, pseudonyms, repairs
`region`       area prefixes and 12-digit statistical codes
`credit_code`  unified social credit codes
`names`        personal names and their spellings
`villages`     place names and addresses → place codes
`dates`        dates in every usual Chinese form
`money`        amounts as integer fen
`hashing`      canonical hashes of frames and files
`numerals`     whole numbers written in Chinese
`distinct`     a scalar reading applied once per distinct value of a column

Cells are read by a scalar function (`judge`, `read_date`, `read_money`, `resolve` …), columns by
its `…_series` face with the same answers.
"""
