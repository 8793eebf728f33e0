-- What happened to an account, for its owner to see.
CREATE TABLE security_events (
    user_id    uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- UUIDv7: in the order of time.
    id         uuid NOT NULL,
    -- As in the audit log, for example auth.password.changed.
    kind       text NOT NULL CHECK (char_length(kind) BETWEEN 1 AND 100),
    -- What it happened to; empty when the kind says it.
    target     text NOT NULL CHECK (char_length(target) <= 200),
    -- What its owner calls that.
    label      text NOT NULL CHECK (char_length(label) <= 200),
    user_agent text,
    ip_address inet,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX security_events_created_at ON security_events (created_at);
