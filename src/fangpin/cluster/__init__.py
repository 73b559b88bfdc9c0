"""The same plan on Apache Spark: a distributed join finds the persons, every part is one task.

Needs the extra `spark` and Java 17; importing this package needs neither. See
docs/decisions/0006-spark-runs-the-same-plan.md and docs/scale.md.
"""
