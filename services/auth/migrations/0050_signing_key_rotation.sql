-- A key is published from its creation on and signs from `signs_from` until `retired_at`. Both may lie ahead, which is how a
-- rotation is announced: whoever caches the published keys knows the new one before it signs.
ALTER TABLE signing_keys ADD COLUMN signs_from timestamptz NOT NULL DEFAULT now();
UPDATE signing_keys SET signs_from = created_at;
