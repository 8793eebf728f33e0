CREATE TABLE expense_categories (
    user_id    uuid NOT NULL,
    id         uuid NOT NULL,
    name       text NOT NULL,
    icon       text NOT NULL,
    color      text NOT NULL,
    parent_id  uuid,
    is_system  boolean NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id, parent_id) REFERENCES expense_categories (user_id, id)
);
CREATE UNIQUE INDEX expense_categories_name ON expense_categories (user_id, lower(name));
CREATE INDEX expense_categories_parent ON expense_categories (user_id, parent_id) WHERE parent_id IS NOT NULL;

-- Users who were given the system's categories: deleting them all does not bring them back.
CREATE TABLE category_seeds (
    user_id uuid PRIMARY KEY
);

CREATE TABLE expenses (
    user_id        uuid NOT NULL,
    id             uuid NOT NULL,
    amount_minor   bigint NOT NULL CHECK (amount_minor > 0),
    currency       char(3) NOT NULL,
    category_id    uuid,
    description    text NOT NULL,
    merchant       text NOT NULL,
    date           date NOT NULL,
    time           time,
    location       jsonb,
    payment_method text NOT NULL,
    tags           text[] NOT NULL,
    attachments    text[] NOT NULL,
    source         text NOT NULL CHECK (source IN ('manual', 'voice', 'import', 'auto')),
    metadata       jsonb,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id, category_id) REFERENCES expense_categories (user_id, id)
);
CREATE INDEX expenses_by_date ON expenses (user_id, date DESC, id DESC);
CREATE INDEX expenses_by_category ON expenses (user_id, category_id, date DESC, id DESC) WHERE category_id IS NOT NULL;
