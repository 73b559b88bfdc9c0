"""Clues: leads on households from five channels, sent to villages, answered, returned.

A clue gathers every reason for which somebody should look at one household. Only people answer and
close clues: that a finding or a delivery disappears changes nothing. Clues know nothing of cases;
a case begins from one and tells it so (`actions.link.link_case`).
"""
