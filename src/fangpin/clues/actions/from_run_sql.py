"""The statements of `from_run`, in their order. Everything is done in the database: a hundred
thousand findings take seconds, and their texts never pass through the program.

clues_found has a line for each finding that may be a reason: `target` is the clue it belongs to
(NULL: left out or waiting), `standing` how the household stands when it is only noted, `fresh`
whether nobody has answered yet, so that newer figures replace older ones.
"""

from typing import Final

STAGE: Final = (
    "DROP TABLE IF EXISTS clues_found",
    """
    CREATE TEMP TABLE clues_found ON COMMIT DROP AS
    SELECT DISTINCT ON (h.id, f.rule, f.person_number)
        f.id AS finding, h.id AS household, h.village_code, f.rule, f.person_number,
        f.rule || '|' || f.person_number AS key,
        f.state = 'continuing' OR NOT %(compared)s AS continuing,
        h.monitoring_category <> '' AND h.risk_removed IS NOT TRUE AS monitored,
        NULL::bigint AS target, NULL::bigint AS last, ''::text AS standing,
        true AS fresh, false AS waits
    FROM screening_finding f
    JOIN registry_household h ON h.number = f.household_number
    WHERE f.run_id = %(run)s AND f.state IN ('new', 'continuing')
      AND f."group" = ANY(%(groups)s) AND h.state = 'active' AND h.village_code <> ''
    ORDER BY h.id, f.rule, f.person_number, f.id
    """,
    "CREATE INDEX ON clues_found (household)",
    "ANALYZE clues_found",
    # Nobody closes a clue while reasons join it; in the order of ids, as everybody locks them.
    """
    SELECT count(*) FROM (
        SELECT id FROM clues_clue
        WHERE state <> 'closed' AND household_id IN (SELECT household FROM clues_found)
        ORDER BY id FOR UPDATE
    ) locked
    """,
    """
    UPDATE clues_found s SET target = c.id, fresh = c.state IN ('new', 'sent')
    FROM clues_clue c WHERE c.household_id = s.household AND c.state <> 'closed'
    """,
    """
    UPDATE clues_found s SET last = c.id
    FROM (
        SELECT DISTINCT ON (household_id) household_id, id FROM clues_clue
        WHERE state = 'closed' ORDER BY household_id, id DESC
    ) c
    WHERE c.household_id = s.household AND s.target IS NULL
    """,
    # Taken already, with these data or later ones, and closed since: there is nothing new in it,
    # also not for a clue that somebody opened after that.
    """
    DELETE FROM clues_found s USING clues_clue c, clues_cluereason r
    WHERE c.household_id = s.household AND c.state = 'closed' AND r.clue_id = c.id
      AND (r.run = %(run)s OR r.last_on > %(as_of)s)
      AND r.rule = s.rule AND r.person_number = s.person_number
    """,
    "UPDATE clues_found SET standing = 'monitored' WHERE target IS NULL AND monitored",
    # The same sign, answered since the day of these data, or not long ago and going on since.
    """
    UPDATE clues_found s SET standing = 'checked'
    WHERE s.target IS NULL AND s.standing = '' AND s.last IS NOT NULL AND EXISTS (
        SELECT FROM clues_clue c JOIN clues_cluereason r ON r.clue_id = c.id
        WHERE c.household_id = s.household AND c.state = 'closed' AND c.ended_as <> 'merged'
          AND r.channel = 'screening' AND r.standing = ''
          AND r.rule = s.rule AND r.person_number = s.person_number
          AND (%(as_of)s <= (coalesce(c.answered_at, c.closed_at) AT TIME ZONE %(zone)s)::date
            OR s.continuing AND coalesce(c.answered_at, c.closed_at)
                > %(now)s - make_interval(days => %(again)s)))
    """,
)
UNDECIDED: Final = """
SELECT DISTINCT household FROM clues_found WHERE target IS NULL AND standing = ''
"""
NOTE: Final = """
UPDATE clues_found SET standing = %(standing)s
WHERE target IS NULL AND standing = '' AND household = ANY(%(ids)s)
"""
# Every village of the counties concerned with its active households.
WEIGH: Final = """
SELECT village_code, coalesce(n.concerned, 0), v.households
FROM (
    SELECT village_code, count(*) AS households FROM registry_household
    WHERE state = 'active' AND left(village_code, 6) IN
        (SELECT DISTINCT left(village_code, 6) FROM clues_found)
    GROUP BY village_code
) v
LEFT JOIN (
    SELECT village_code, count(DISTINCT household) AS concerned FROM clues_found
    WHERE target IS NULL AND standing = '' GROUP BY village_code
) n USING (village_code)
ORDER BY village_code
"""
HOLD: Final = """
UPDATE clues_found SET waits = true
WHERE target IS NULL AND standing = '' AND (%(whole)s OR village_code = ANY(%(codes)s))
"""
# Names that begin with _ are steps without a figure.
TAKE: Final = {
    "_noted_where": """
    UPDATE clues_found SET target = last, key = key || '|noted', fresh = true
    WHERE standing <> '' AND last IS NOT NULL
    """,
    "clues": """
    INSERT INTO clues_clue (household_id, village_code, state, opened_at, provisional, version,
        channels, rules)
    SELECT household, village_code, 'new', %(now)s, false, 1, '{screening}',
        array_agg(DISTINCT rule)
    FROM clues_found
    WHERE target IS NULL AND standing = '' AND NOT waits
    GROUP BY household, village_code ORDER BY village_code, household
    ON CONFLICT DO NOTHING -- somebody reported the household meanwhile: the reasons join that
    """,
    "monitored": """
    INSERT INTO clues_clue (household_id, village_code, state, opened_at, closed_at, ended_as,
        provisional, version, channels, rules)
    SELECT household, village_code, 'closed', %(now)s, %(now)s, 'monitored', false, 1,
        '{screening}', array_agg(DISTINCT rule)
    FROM clues_found WHERE target IS NULL AND standing = 'monitored'
    GROUP BY household, village_code ORDER BY village_code, household
    """,
    # Without knowing the new rows, the planner would look at each of them for each finding.
    "_known_1": "ANALYZE clues_clue",
    "_where": """
    UPDATE clues_found s SET target = c.id FROM clues_clue c
    WHERE s.target IS NULL AND NOT s.waits AND c.household_id = s.household
      AND (s.standing = '' AND c.state <> 'closed'
        OR s.standing = 'monitored' AND c.ended_as = 'monitored')
    """,
    "_noted_new": """
    UPDATE clues_found SET key = key || '|noted'
    WHERE standing <> '' AND target IS NOT NULL AND key NOT LIKE '%%|noted'
    """,
    "_known_2": "ANALYZE clues_found",
    "_shown": """
    UPDATE clues_cluereason r SET run = %(run)s, last_on = %(as_of)s,
        sentence_zh = CASE WHEN s.fresh THEN f.sentence_zh ELSE r.sentence_zh END,
        sentence_en = CASE WHEN s.fresh THEN f.sentence_en ELSE r.sentence_en END,
        evidence = CASE WHEN s.fresh THEN f.evidence ELSE r.evidence END,
        severity = CASE WHEN s.fresh THEN f.severity ELSE r.severity END
    FROM clues_found s JOIN screening_finding f ON f.id = s.finding
    WHERE r.clue_id = s.target AND r.key = s.key
      AND r.last_on <= %(as_of)s AND r.run IS DISTINCT FROM %(run)s
    """,
    # Runs may be taken out of their order: the sign is as old as the oldest data with it.
    "_since": """
    UPDATE clues_cluereason r SET first_on = %(as_of)s
    FROM clues_found s
    WHERE r.clue_id = s.target AND r.key = s.key AND r.first_on > %(as_of)s
    """,
    "_no_senders": "DROP TABLE IF EXISTS clues_senders",
    "_senders": """
    CREATE TEMP TABLE clues_senders ON COMMIT DROP AS
    SELECT s.finding, array_agg(DISTINCT d.sender_zh ORDER BY d.sender_zh) AS departments
    FROM clues_found s
    JOIN screening_finding f ON f.id = s.finding
    CROSS JOIN LATERAL jsonb_array_elements(f.evidence) e
    JOIN feeds_delivery d ON d.intake_id = %(intake)s AND d.file = e ->> 'file'
    WHERE s.target IS NOT NULL AND d.sender_zh <> ''
    GROUP BY s.finding
    """,
    "_known_3": "ANALYZE clues_senders",
    "reasons": """
    INSERT INTO clues_cluereason (clue_id, village_code, channel, at, standing, key, rule, kind,
        kind_zh, kind_en, severity, person_number, pack, clause, clause_path, sentence_zh,
        sentence_en, evidence, departments, run, first_on, last_on)
    SELECT s.target, s.village_code, 'screening', %(now)s, s.standing, s.key, s.rule, f.kind,
        f.kind_zh, f.kind_en, f.severity, s.person_number, %(pack)s, f.clause, f.clause_path,
        f.sentence_zh, f.sentence_en, f.evidence, coalesce(d.departments, '{}'), %(run)s,
        %(as_of)s, %(as_of)s
    FROM clues_found s
    JOIN screening_finding f ON f.id = s.finding
    LEFT JOIN clues_senders d ON d.finding = s.finding
    WHERE s.target IS NOT NULL
    ORDER BY s.target, s.finding
    ON CONFLICT (clue_id, key) WHERE key <> '' DO NOTHING
    """,
    "_known_4": "ANALYZE clues_cluereason",
    "_arrays": """
    UPDATE clues_clue c SET channels = a.channels, rules = a.rules
    FROM (
        SELECT clue_id, array_agg(DISTINCT channel) AS channels,
            coalesce(array_agg(DISTINCT rule) FILTER (WHERE rule <> '' AND standing = ''),
                array_agg(DISTINCT rule) FILTER (WHERE rule <> ''), '{}') AS rules
        FROM clues_cluereason WHERE clue_id IN (SELECT target FROM clues_found)
        GROUP BY clue_id
    ) a
    WHERE c.id = a.clue_id AND (c.channels IS DISTINCT FROM a.channels::varchar(12)[]
        OR c.rules IS DISTINCT FROM a.rules::varchar(80)[])
    """,
}
ADDED: Final = ("clues", "monitored", "reasons")
FORGET: Final = "DROP TABLE clues_found, clues_senders"
