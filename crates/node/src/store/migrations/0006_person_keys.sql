CREATE TABLE matching_change (
    authority TEXT NOT NULL,
    change BIGINT NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (authority, change)
);
CREATE INDEX matching_entry_case ON matching_entry (authority, epoch, case_id);
CREATE INDEX matching_entry_source ON matching_entry (authority, epoch, source);
UPDATE matching_head SET changes = changes + 1;
ALTER TABLE selector_query ADD COLUMN purged_at BIGINT;
ALTER TABLE received_query ADD COLUMN purged_at BIGINT;
ALTER TABLE hit_claim ADD COLUMN purged_at BIGINT;
