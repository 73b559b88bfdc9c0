"""An invented county: department files as messy as real ones, and their answer sheet.

Everything about persons is invented – names, identity numbers (area prefixes that no county has),
telephones, plates, firms, contracts, events, changes of villages. Only the names and statistical
codes of townships and villages are real. Nothing here says anything about a real place or person.
"""

from fangpin.sample.county import SampleSummary, generate

__all__ = ["SampleSummary", "generate"]
