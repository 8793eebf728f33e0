CREATE TABLE personal_tokens (
    user_id      uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id           uuid NOT NULL,
    name         text NOT NULL,
    -- SHA-256 of the whole text: the text itself is nowhere.
    token_hash   bytea NOT NULL CHECK (octet_length(token_hash) = 32),
    scopes       text[] NOT NULL CHECK (cardinality(scopes) > 0),
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    last_used_at timestamptz,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX personal_tokens_expires_at ON personal_tokens (expires_at);
