"""Work at the door: what a phone takes along, what it hands in, and visits.

`devices.py` who may open what a phone holds; `day.py` what goes down; `receiving.py` what comes up,
exactly once; `visits.py`, `clue_answers.py`, `case_steps.py` what becomes of it; `pictures.py`.
"""
