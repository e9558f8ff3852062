ALTER TABLE journal ADD COLUMN item TEXT;
CREATE INDEX journal_item ON journal (item, seq) WHERE item IS NOT NULL;
CREATE INDEX journal_epoch ON journal (authority, seq) WHERE act IN ('epoch_begun', 'epoch_retired', 'epoch_ended');
CREATE TABLE evidence_item (
    authority TEXT NOT NULL,
    id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    state TEXT NOT NULL,
    exhibit TEXT NOT NULL,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    part_of TEXT,
    manifest_sha256 TEXT NOT NULL,
    manifest BYTEA,
    marking TEXT,
    received_from TEXT,
    retain_until TEXT,
    taken_at BIGINT NOT NULL,
    taken_by TEXT NOT NULL,
    events BIGINT NOT NULL,
    last_event TEXT,
    verified_at BIGINT,
    damage TEXT,
    PRIMARY KEY (authority, id)
);
CREATE INDEX evidence_item_case ON evidence_item (authority, case_id, id);
CREATE INDEX evidence_item_part ON evidence_item (authority, part_of) WHERE part_of IS NOT NULL;
CREATE TABLE evidence_wrap (
    authority TEXT NOT NULL,
    item TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    kept BYTEA NOT NULL,
    PRIMARY KEY (authority, item)
);
CREATE INDEX evidence_wrap_epoch ON evidence_wrap (authority, epoch, item);
CREATE TABLE evidence_epoch (
    authority TEXT NOT NULL,
    number BIGINT NOT NULL,
    begun_at BIGINT NOT NULL,
    retired_at BIGINT,
    ended_at BIGINT,
    PRIMARY KEY (authority, number)
);
CREATE TABLE evidence_custody (
    authority TEXT NOT NULL,
    item TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    by_authority TEXT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    event TEXT NOT NULL,
    proof TEXT,
    PRIMARY KEY (authority, item, sha256)
);
CREATE TABLE evidence_object (
    name TEXT NOT NULL,
    authority TEXT NOT NULL,
    item TEXT NOT NULL,
    size BIGINT NOT NULL,
    PRIMARY KEY (name, authority, item)
);
CREATE INDEX evidence_object_item ON evidence_object (authority, item);
CREATE TABLE evidence_packed (
    part TEXT PRIMARY KEY,
    pack TEXT NOT NULL,
    start BIGINT NOT NULL,
    size BIGINT NOT NULL
);
CREATE INDEX evidence_packed_pack ON evidence_packed (pack);
CREATE TABLE evidence_upload (
    authority TEXT NOT NULL,
    item TEXT NOT NULL,
    case_id TEXT NOT NULL,
    length BIGINT NOT NULL,
    received BIGINT NOT NULL,
    part_size BIGINT NOT NULL,
    exhibit TEXT NOT NULL,
    name TEXT NOT NULL,
    description BYTEA NOT NULL,
    epoch BIGINT NOT NULL,
    kept BYTEA NOT NULL,
    started_at BIGINT NOT NULL,
    started_by TEXT NOT NULL,
    touched_at BIGINT NOT NULL,
    fault TEXT,
    PRIMARY KEY (authority, item)
);
CREATE INDEX evidence_upload_touched ON evidence_upload (touched_at);
CREATE TABLE evidence_part (
    authority TEXT NOT NULL,
    item TEXT NOT NULL,
    number BIGINT NOT NULL,
    sealed_sha256 TEXT NOT NULL,
    sealed_size BIGINT NOT NULL,
    PRIMARY KEY (authority, item, number)
);
CREATE TABLE evidence_piece (
    authority TEXT NOT NULL,
    item TEXT NOT NULL,
    start BIGINT NOT NULL,
    size BIGINT NOT NULL,
    sealed_sha256 TEXT NOT NULL,
    sealed_size BIGINT NOT NULL,
    PRIMARY KEY (authority, item, start)
);
CREATE TABLE evidence_offer (
    authority TEXT NOT NULL,
    message TEXT NOT NULL,
    item TEXT NOT NULL,
    direction TEXT NOT NULL,
    peer TEXT NOT NULL,
    exchange TEXT NOT NULL,
    state TEXT NOT NULL,
    keeps_copy BIGINT NOT NULL,
    event_sha256 TEXT NOT NULL,
    content TEXT NOT NULL,
    marking TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    case_id TEXT,
    epoch BIGINT,
    kept BYTEA,
    manifest BYTEA,
    officer TEXT,
    actor TEXT,
    reason TEXT,
    fetched BIGINT NOT NULL,
    fault TEXT,
    made_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (authority, message)
);
CREATE INDEX evidence_offer_item ON evidence_offer (authority, item);
CREATE TABLE evidence_timestamp (
    authority TEXT NOT NULL,
    item TEXT NOT NULL,
    tsa TEXT NOT NULL,
    at BIGINT NOT NULL,
    request BYTEA NOT NULL,
    response BYTEA NOT NULL,
    PRIMARY KEY (authority, item, tsa)
);
CREATE TABLE evidence_scrub (
    name TEXT PRIMARY KEY,
    checked_at BIGINT NOT NULL,
    finding TEXT
);
CREATE INDEX evidence_scrub_oldest ON evidence_scrub (checked_at, name)
