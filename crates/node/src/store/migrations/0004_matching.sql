ALTER TABLE case_subject ADD COLUMN keys BIGINT NOT NULL DEFAULT 0;
CREATE INDEX case_subject_keys ON case_subject (keys);
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
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    scheme TEXT NOT NULL,
    format TEXT NOT NULL,
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
