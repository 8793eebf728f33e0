-- What an account was used from, so that a sign-in from anything else is noticed.
CREATE TABLE devices (
    user_id      uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- The program in words and the network that it was in.
    device       text NOT NULL CHECK (char_length(device) <= 200),
    last_seen_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, device)
);
CREATE INDEX devices_last_seen_at ON devices (last_seen_at);
