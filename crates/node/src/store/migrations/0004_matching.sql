ALTER TABLE case_subject ADD COLUMN keys BIGINT NOT NULL DEFAULT 0;
CREATE INDEX case_subject_keys ON case_subject (keys);
CREATE INDEX subject_key_of ON subject_key (authority, case_id, subject_id);
ALTER TABLE alert ADD COLUMN keys BIGINT NOT NULL DEFAULT 0;
CREATE INDEX alert_keys ON alert (direction, state, keys);
CREATE TABLE person_merge (
    authority TEXT NOT NULL,
    id TEXT NOT NULL,
    reason TEXT NOT NULL,
    merged_by TEXT NOT NULL,
    merged_at BIGINT NOT NULL,
    undone_by TEXT,
    undone_at BIGINT,
    undo_reason TEXT,
    PRIMARY KEY (authority, id)
);
CREATE TABLE person_merge_subject (
    authority TEXT NOT NULL,
    merge_id TEXT NOT NULL,
    case_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    PRIMARY KEY (authority, merge_id, case_id, subject_id)
);
CREATE INDEX person_merge_of ON person_merge_subject (authority, case_id, subject_id);
CREATE TABLE hash_set (
    authority TEXT NOT NULL,
    item TEXT NOT NULL,
    words TEXT NOT NULL,
    marking TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    counts TEXT NOT NULL,
    loaded_at BIGINT NOT NULL,
    loaded_by TEXT NOT NULL,
    withdrawn_at BIGINT,
    withdrawn_by TEXT,
    withdrawal TEXT,
    PRIMARY KEY (authority, item)
);
CREATE TABLE hash_set_budget (
    authority TEXT NOT NULL,
    officer TEXT NOT NULL,
    day TEXT NOT NULL,
    asked BIGINT NOT NULL,
    PRIMARY KEY (authority, officer, day)
);
CREATE TABLE matching_head (authority TEXT PRIMARY KEY, changes BIGINT NOT NULL);
CREATE TABLE matching_epoch (
    authority TEXT NOT NULL,
    number BIGINT NOT NULL,
    sealed_key BYTEA,
    public_key TEXT NOT NULL,
    statement TEXT NOT NULL,
    revision BIGINT NOT NULL,
    changes BIGINT NOT NULL,
    begun_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    retired_at BIGINT,
    PRIMARY KEY (authority, number)
);
CREATE TABLE matching_segment (
    authority TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    number BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (authority, sha256)
);
CREATE TABLE matching_entry (
    authority TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    handle TEXT NOT NULL,
    case_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    canary BIGINT NOT NULL,
    PRIMARY KEY (authority, epoch, handle, case_id, subject_id)
);
CREATE TABLE matching_canary (
    authority TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    note TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (authority, id)
);
CREATE TABLE peer_epoch (
    holder TEXT NOT NULL,
    number BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    public_key TEXT NOT NULL,
    statement TEXT NOT NULL,
    known_at BIGINT NOT NULL,
    PRIMARY KEY (holder, number)
);
CREATE TABLE peer_segment (
    holder TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (holder, sha256)
);
CREATE TABLE selector_query (
    authority TEXT NOT NULL,
    id TEXT NOT NULL,
    exchange TEXT NOT NULL,
    case_id TEXT NOT NULL,
    case_reference TEXT NOT NULL,
    officer TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    why TEXT NOT NULL,
    state TEXT NOT NULL,
    purpose TEXT NOT NULL,
    count BIGINT NOT NULL,
    selectors BIGINT NOT NULL,
    batch_sha256 TEXT NOT NULL,
    sealed BYTEA,
    conditions TEXT NOT NULL,
    consent_from TEXT,
    consent_request TEXT,
    consent TEXT,
    fault TEXT,
    asked_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (authority, id)
);
CREATE INDEX selector_query_state ON selector_query (authority, state);
CREATE TABLE selector_query_holder (
    authority TEXT NOT NULL,
    query TEXT NOT NULL,
    holder TEXT NOT NULL,
    state TEXT NOT NULL,
    known_epoch BIGINT,
    answer TEXT,
    epoch BIGINT,
    hits BIGINT,
    code TEXT,
    why TEXT,
    again_at BIGINT,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (authority, query, holder)
);
CREATE INDEX selector_query_holder_state ON selector_query_holder (state, authority);
CREATE TABLE selector_hit (
    authority TEXT NOT NULL,
    query TEXT NOT NULL,
    holder TEXT NOT NULL,
    handle TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    subject_id TEXT,
    state TEXT NOT NULL,
    claim TEXT,
    shown TEXT,
    note TEXT,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (authority, query, holder, handle)
);
CREATE TABLE received_query (
    authority TEXT NOT NULL,
    sender TEXT NOT NULL,
    id TEXT NOT NULL,
    exchange TEXT NOT NULL,
    case_reference TEXT NOT NULL,
    officer TEXT NOT NULL,
    purpose TEXT NOT NULL,
    marking TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    count BIGINT NOT NULL,
    batch_sha256 TEXT NOT NULL,
    elements BYTEA,
    consent TEXT,
    contradicted BIGINT NOT NULL,
    state TEXT NOT NULL,
    epoch BIGINT,
    code TEXT,
    why TEXT,
    again_at BIGINT,
    arrived_at BIGINT NOT NULL,
    decided_at BIGINT,
    PRIMARY KEY (authority, sender, id)
);
CREATE INDEX received_query_state ON received_query (state, authority, arrived_at);
CREATE INDEX received_query_batch ON received_query (authority, sender, batch_sha256);
CREATE INDEX received_query_decided ON received_query (authority, sender, decided_at);
CREATE TABLE hit_claim (
    authority TEXT NOT NULL,
    sender TEXT NOT NULL,
    id TEXT NOT NULL,
    query TEXT NOT NULL,
    exchange TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    hits BIGINT NOT NULL,
    why TEXT NOT NULL,
    case_reference TEXT NOT NULL,
    purpose TEXT NOT NULL,
    marking TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    arrived_at BIGINT NOT NULL,
    PRIMARY KEY (authority, sender, id)
);
CREATE TABLE hit_claim_handle (
    authority TEXT NOT NULL,
    sender TEXT NOT NULL,
    query TEXT NOT NULL,
    handle TEXT NOT NULL,
    claim TEXT NOT NULL,
    state TEXT NOT NULL,
    canary BIGINT NOT NULL,
    rule_tried BIGINT NOT NULL,
    decided_by TEXT,
    decided_at BIGINT,
    decision TEXT,
    PRIMARY KEY (authority, sender, query, handle)
);
CREATE INDEX hit_claim_handle_claim ON hit_claim_handle (authority, claim);
CREATE INDEX hit_claim_handle_state ON hit_claim_handle (state, rule_tried, authority);
CREATE TABLE disclosure_rule (
    authority TEXT NOT NULL,
    id TEXT NOT NULL,
    terms TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    confirmed_by TEXT,
    confirmed_at BIGINT,
    signed TEXT,
    withdrawn_by TEXT,
    withdrawn_at BIGINT,
    PRIMARY KEY (authority, id)
);
CREATE TABLE sweep_request (
    authority TEXT NOT NULL,
    sender TEXT NOT NULL,
    id TEXT NOT NULL,
    exchange TEXT NOT NULL,
    content TEXT NOT NULL,
    marking TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    state TEXT NOT NULL,
    decided_by TEXT,
    decided_at BIGINT,
    note TEXT,
    expires_at BIGINT,
    arrived_at BIGINT NOT NULL,
    PRIMARY KEY (authority, sender, id)
);
CREATE TABLE evidence_batch (
    authority TEXT NOT NULL,
    name TEXT NOT NULL,
    content TEXT NOT NULL,
    items TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    PRIMARY KEY (authority, name)
);
CREATE INDEX evidence_batch_age ON evidence_batch (taken_at);
