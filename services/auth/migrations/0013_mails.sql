-- Mails that are due, queued with the fact that they are about. A mail that went out is removed.
CREATE TABLE mails (
    user_id           uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id                uuid NOT NULL,
    template          text NOT NULL CHECK (char_length(template) <= 100),
    -- What must be read by the recipient only: the token of a link.
    secret_sealed     bytea,
    -- The security event that the mail tells of.
    security_event_id uuid,
    attempts          integer NOT NULL DEFAULT 0,
    due_at            timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX mails_due_at ON mails (due_at);
