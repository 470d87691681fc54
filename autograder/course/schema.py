"""The form of the ledger, as the steps that made it; a step that was ever released never changes again."""

__all__ = ["MIGRATIONS"]

FIRST = (
    """CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE, -- the digest of everything that its scores follow from
    kind TEXT NOT NULL CHECK (kind IN ('regrade', 'rescore')),
    homework TEXT NOT NULL,
    suite TEXT NOT NULL,
    bank TEXT NOT NULL,
    environment TEXT NOT NULL,
    parts TEXT NOT NULL, -- JSON list of ids
    rubric TEXT NOT NULL, -- the digest of the manifest
    source TEXT NOT NULL, -- the name of the export
    based_on INTEGER REFERENCES runs (id),
    started TEXT NOT NULL,
    finished TEXT
) STRICT""",
    """CREATE TABLE verdicts (
    id INTEGER PRIMARY KEY,
    submission TEXT NOT NULL, -- the digest of what was handed in
    homework TEXT NOT NULL,
    suite TEXT NOT NULL,
    bank TEXT NOT NULL,
    environment TEXT NOT NULL,
    parts TEXT NOT NULL,
    settled INTEGER NOT NULL CHECK (settled IN (0, 1)), -- 0: a fault of ours is among them
    verdicts TEXT NOT NULL, -- JSON {part: {property: verdict}}
    stored BLOB NOT NULL, -- zlib of msgpack: checks with their texts
    stamp TEXT NOT NULL, -- JSON: what they were made with
    signs TEXT, -- JSON list, what speaks for the bonus; null: not looked at
    unread TEXT NOT NULL,
    level TEXT NOT NULL, -- how far the submission was shut in
    seconds REAL NOT NULL,
    attempts INTEGER NOT NULL,
    at TEXT NOT NULL,
    UNIQUE (submission, homework, suite, bank, environment, parts)
) STRICT""",
    """CREATE TABLE handins (
    run INTEGER NOT NULL REFERENCES runs (id),
    handin TEXT NOT NULL, -- the id in the export
    facts TEXT NOT NULL, -- JSON: who, when, the export's own score
    digest TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('graded', 'internal', 'absent')),
    fault TEXT NOT NULL,
    verdicts INTEGER REFERENCES verdicts (id),
    total REAL,
    raw REAL,
    score TEXT, -- JSON
    override TEXT, -- JSON
    PRIMARY KEY (run, handin),
    CHECK ((state = 'graded') = (verdicts IS NOT NULL AND score IS NOT NULL))
) STRICT""",
    "CREATE INDEX handins_by_verdicts ON handins (verdicts)",
)

FINGERPRINTS = (
    """CREATE TABLE prints (
    homework TEXT NOT NULL,
    submission TEXT NOT NULL, -- the digest of what was handed in
    prints BLOB NOT NULL, -- msgpack {hash of a subtree: nodes}
    PRIMARY KEY (homework, submission)
) STRICT""",
)

# a run that is gone on with is later than one that was begun after it; clocks may stand still, so turns are counted
TURNS = (
    "ALTER TABLE runs ADD COLUMN turn INTEGER NOT NULL DEFAULT 0",
    """UPDATE runs SET turn = (
    SELECT COUNT(*) FROM runs other
    WHERE (COALESCE(other.finished, other.started), other.id) <= (COALESCE(runs.finished, runs.started), runs.id)
)""",
)

# why none of several overrides was taken; till then its sentence stood among the notes for staff alone
CONFLICTS = (
    "ALTER TABLE handins ADD COLUMN conflict TEXT NOT NULL DEFAULT ''",
    """UPDATE handins SET conflict = COALESCE((
    SELECT value FROM json_each(handins.score, '$.staff')
    WHERE value LIKE 'overrides for % all fit this submission; none was used: make them one'
), '') WHERE score IS NOT NULL""",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (FIRST, FINGERPRINTS, TURNS, CONFLICTS)
