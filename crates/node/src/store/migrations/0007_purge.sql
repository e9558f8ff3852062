ALTER TABLE deconfliction ADD COLUMN purged_at BIGINT;
ALTER TABLE sweep_request ADD COLUMN purged_at BIGINT;
