"""The columnar engine: snapshots, facts, rules, findings and their evidence. Free of Django.

`column` a column with a mask of what is known; `dialect_numpy`, `dialect_dates` the meaning of
every operation on columns (the only part that another engine replaces); `plan` typed nodes →
columns; `snapshot` the immutable input of a run, `partition` its parts, `selection` some of its
households; `compiled` a pack made ready for a day; `facts` values from the register and from
deliveries (`rows`, `aggregate`); `dependencies` what they rest on; `findings` rules evaluated;
`evidence` figures and source rows of a finding; `sentences` why it holds.
"""
