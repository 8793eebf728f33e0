-- Archives of everything that is held about a user.
CREATE TABLE exports (
    user_id      uuid NOT NULL,
    id           uuid NOT NULL,
    state        text NOT NULL CHECK (state IN ('pending', 'running', 'ready', 'failed')),
    progress     integer NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    size_bytes   bigint NOT NULL DEFAULT 0,
    -- How often it was begun; who works on it says with which of these.
    attempts     integer NOT NULL DEFAULT 0,
    -- Until when whoever works on it is believed to live.
    leased_until timestamptz,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (user_id, id)
);
CREATE UNIQUE INDEX exports_one_at_a_time ON exports (user_id) WHERE state IN ('pending', 'running');
CREATE INDEX exports_to_do ON exports (created_at) WHERE state IN ('pending', 'running');
CREATE INDEX exports_expires_at ON exports (expires_at);

-- The archive in pieces, each sealed for the user.
CREATE TABLE export_chunks (
    user_id   uuid NOT NULL,
    export_id uuid NOT NULL,
    number    integer NOT NULL,
    sealed    bytea NOT NULL,
    PRIMARY KEY (user_id, export_id, number),
    FOREIGN KEY (user_id, export_id) REFERENCES exports (user_id, id) ON DELETE CASCADE
);
-- What is sealed does not compress.
ALTER TABLE export_chunks ALTER COLUMN sealed SET STORAGE EXTERNAL;
