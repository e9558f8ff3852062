ALTER TABLE evidence_upload ADD COLUMN mark BYTEA;
