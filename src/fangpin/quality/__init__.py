"""Data quality of bare exports of the national system: five workbooks in, what is wrong out.

The exports become an ordinary snapshot, the rules are those of a pack (`cn-quality`).
"""
