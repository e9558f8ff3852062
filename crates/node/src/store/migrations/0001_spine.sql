CREATE TABLE ledger_head (id BIGINT PRIMARY KEY, size BIGINT NOT NULL, cosigned_size BIGINT NOT NULL, cosigned TEXT);
INSERT INTO ledger_head (id, size, cosigned_size, cosigned) VALUES (1, 0, 0, NULL);
CREATE TABLE ledger_tile (level BIGINT NOT NULL, position BIGINT NOT NULL, hashes BYTEA NOT NULL, PRIMARY KEY (level, position));
CREATE TABLE journal (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    authority TEXT,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    exchange TEXT,
    message TEXT,
    alert TEXT,
    hit TEXT,
    case_id TEXT,
    document TEXT,
    salt BYTEA,
    commitment BYTEA NOT NULL
);
CREATE INDEX journal_exchange ON journal (exchange, seq);
CREATE INDEX journal_message ON journal (message, act);
CREATE INDEX journal_case ON journal (case_id, seq) WHERE case_id IS NOT NULL;
CREATE INDEX journal_alert ON journal (alert, seq) WHERE alert IS NOT NULL;
CREATE TABLE officer (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    role TEXT NOT NULL,
    authority TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    failures BIGINT NOT NULL,
    locked_until BIGINT,
    created_at BIGINT NOT NULL
);
CREATE TABLE session (
    token_hash BYTEA PRIMARY KEY,
    officer TEXT NOT NULL REFERENCES officer (id),
    created_at BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE TABLE registry (version BIGINT PRIMARY KEY, sha256 TEXT NOT NULL, document TEXT NOT NULL, adopted_at BIGINT NOT NULL);
CREATE TABLE witnessed (origin TEXT PRIMARY KEY, size BIGINT NOT NULL, root BYTEA NOT NULL);
CREATE TABLE case_file (
    authority TEXT NOT NULL,
    id TEXT NOT NULL,
    reference TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    source_format TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    opened_by TEXT NOT NULL,
    subjects BIGINT NOT NULL,
    protected BIGINT NOT NULL,
    report TEXT NOT NULL,
    PRIMARY KEY (authority, id)
);
CREATE UNIQUE INDEX case_file_reference ON case_file (authority, reference);
CREATE TABLE case_subject (
    authority TEXT NOT NULL,
    case_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (authority, case_id, subject_id)
);
CREATE TABLE subject_key (
    authority TEXT NOT NULL,
    key TEXT NOT NULL,
    case_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    PRIMARY KEY (authority, key, case_id, subject_id)
);
CREATE TABLE message (
    authority TEXT NOT NULL,
    id TEXT NOT NULL,
    direction TEXT NOT NULL,
    exchange TEXT NOT NULL,
    kind TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    reply_to TEXT,
    time BIGINT NOT NULL,
    stored_at BIGINT NOT NULL,
    urgency TEXT NOT NULL,
    statement_sha256 TEXT NOT NULL,
    envelope TEXT NOT NULL,
    body BYTEA,
    content TEXT,
    PRIMARY KEY (authority, id, sender)
);
CREATE INDEX message_exchange ON message (authority, exchange, stored_at);
CREATE TABLE delivery (
    message TEXT NOT NULL,
    recipient TEXT NOT NULL,
    sender TEXT NOT NULL,
    node TEXT NOT NULL,
    state TEXT NOT NULL,
    urgency BIGINT NOT NULL,
    queued_at BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    fault TEXT,
    receipt TEXT,
    receipted_at BIGINT,
    withdrawn_at BIGINT,
    PRIMARY KEY (message, recipient)
);
CREATE INDEX delivery_due ON delivery (node, state, urgency, queued_at, message);
CREATE TABLE lane (node TEXT PRIMARY KEY, holder TEXT NOT NULL, leased_until BIGINT NOT NULL);
CREATE TABLE alert (
    authority TEXT NOT NULL,
    id TEXT NOT NULL,
    direction TEXT NOT NULL,
    exchange TEXT NOT NULL,
    case_id TEXT,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    state TEXT NOT NULL,
    urgency TEXT NOT NULL,
    marking TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    alert TEXT NOT NULL,
    written_by TEXT NOT NULL,
    latest TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    raised_by TEXT,
    raised_at BIGINT NOT NULL,
    released_by TEXT,
    released_at BIGINT,
    emergency_reason TEXT,
    cancelled_at BIGINT,
    cancellation TEXT,
    withdrawn TEXT,
    withdrawal TEXT,
    PRIMARY KEY (authority, id)
);
CREATE INDEX alert_raised ON alert (authority, raised_at);
CREATE INDEX alert_state ON alert (state, direction);
CREATE INDEX alert_case ON alert (authority, case_id) WHERE case_id IS NOT NULL;
CREATE TABLE alert_key (
    authority TEXT NOT NULL,
    alert TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (authority, alert, key)
);
CREATE INDEX alert_key_lookup ON alert_key (authority, key);
CREATE TABLE sighting (
    authority TEXT NOT NULL,
    id TEXT NOT NULL,
    alert TEXT NOT NULL,
    direction TEXT NOT NULL,
    sender TEXT NOT NULL,
    content TEXT NOT NULL,
    stored_at BIGINT NOT NULL,
    PRIMARY KEY (authority, sender, id)
);
CREATE INDEX sighting_alert ON sighting (authority, alert);
CREATE TABLE hit (
    authority TEXT NOT NULL,
    id TEXT NOT NULL,
    alert TEXT NOT NULL,
    exchange TEXT NOT NULL,
    case_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    theirs TEXT NOT NULL,
    reasons TEXT NOT NULL,
    state TEXT NOT NULL,
    found_at BIGINT NOT NULL,
    decided_by TEXT,
    decided_at BIGINT,
    decision TEXT,
    PRIMARY KEY (authority, id)
);
CREATE UNIQUE INDEX hit_once ON hit (authority, alert, case_id, subject_id);
CREATE INDEX hit_found ON hit (authority, found_at)
