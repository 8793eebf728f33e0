-- What corrections suggest: that expenses of a merchant belong into a category. A proposal that was dismissed or accepted
-- stays, so that it is not made again.
CREATE TABLE proposals (
    user_id         uuid NOT NULL,
    id              uuid NOT NULL,
    -- Folded, and as it was last written.
    merchant_key    text NOT NULL,
    merchant        text NOT NULL,
    category_id     uuid NOT NULL,
    category        text NOT NULL,
    corrections     integer NOT NULL,
    -- Of the merchant's expenses of the last year: how many are in that category, and how many are not.
    right_count     integer NOT NULL,
    wrong_count     integer NOT NULL,
    -- What the list is sorted by: the share that is right, in millionths.
    share_millionth integer NOT NULL,
    state           text NOT NULL CHECK (state IN ('OPEN', 'ACCEPTED', 'DISMISSED')),
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    PRIMARY KEY (user_id, id),
    UNIQUE (user_id, merchant_key, category_id)
);
CREATE INDEX proposals_open ON proposals (user_id, share_millionth DESC, id DESC) WHERE state = 'OPEN';
