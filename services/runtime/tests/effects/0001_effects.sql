CREATE TABLE effects (
    seq      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL,
    user_id  uuid NOT NULL,
    text     text NOT NULL
);
