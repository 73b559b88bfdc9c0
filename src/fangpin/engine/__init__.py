"""The columnar engine: snapshots, facts, rules, findings and their evidence. Free of Django.

`column` a column with a mask of what is known; `dialect_numpy` the meaning of every operation on
columns (the only part that another engine replaces); `plan` typed nodes → columns; `snapshot` the
immutable input of a run; `facts` values from the register and from deliveries; `findings` rules
evaluated; `evidence` figures and source rows of a finding.
"""
