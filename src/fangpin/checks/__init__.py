"""Data quality of the registry: the rules for exports asked of the registry itself, what was found
kept with the answers of villages, counted by township and month.
"""
