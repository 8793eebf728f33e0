-- When the session's owner last proved who they are. The version before does not say, which counts as long ago.
ALTER TABLE sessions ADD COLUMN authenticated_at timestamptz NOT NULL DEFAULT to_timestamp(0);
