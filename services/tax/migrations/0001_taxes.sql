-- How much a user has entered: limits are checked in one row instead of by counting.
CREATE TABLE tax_quotas (
    user_id    uuid PRIMARY KEY,
    deductions integer NOT NULL DEFAULT 0 CHECK (deductions >= 0),
    incomes    integer NOT NULL DEFAULT 0 CHECK (incomes >= 0),
    mappings   integer NOT NULL DEFAULT 0 CHECK (mappings >= 0),
    components integer NOT NULL DEFAULT 0 CHECK (components >= 0)
);

-- First-party components that have calculated here, with their bytes: a calculation can be repeated when a newer one
-- has taken over.
CREATE TABLE tax_rules (
    hash         text PRIMARY KEY,
    country      char(2) NOT NULL,
    version      text NOT NULL,
    content      bytea NOT NULL,
    installed_at timestamptz NOT NULL
);
ALTER TABLE tax_rules ALTER COLUMN content SET STORAGE EXTERNAL;

-- Components that users brought, with their bytes.
CREATE TABLE tax_components (
    user_id       uuid NOT NULL,
    hash          text NOT NULL,
    country       char(2) NOT NULL,
    size_bytes    bigint NOT NULL,
    publisher_key text NOT NULL,
    signature     text NOT NULL,
    content       bytea NOT NULL,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (user_id, hash)
);
ALTER TABLE tax_components ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TABLE tax_profiles (
    user_id        uuid NOT NULL,
    year           smallint NOT NULL,
    country        char(2) NOT NULL,
    region         text NOT NULL,
    fields         jsonb NOT NULL,
    prepaid_minor  bigint NOT NULL CHECK (prepaid_minor >= 0),
    component_hash text,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (user_id, year),
    FOREIGN KEY (user_id, component_hash) REFERENCES tax_components (user_id, hash)
);

-- What something is in the terms of a country.
CREATE TABLE tax_mappings (
    user_id    uuid NOT NULL,
    id         uuid NOT NULL,
    country    char(2) NOT NULL,
    source     text NOT NULL CHECK (source IN ('expense', 'income', 'sale', 'dividend')),
    mapped     text NOT NULL,
    target     text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, id)
);
CREATE UNIQUE INDEX tax_mappings_once ON tax_mappings (user_id, source, mapped, country);

-- Entered, or made of an expense by a mapping. Those have no year of their own: their date says it.
CREATE TABLE tax_deductions (
    user_id      uuid NOT NULL,
    id           uuid NOT NULL,
    country      char(2) NOT NULL,
    year         smallint,
    category     text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency     char(3) NOT NULL,
    person       text NOT NULL CHECK (person IN ('taxpayer', 'partner')),
    description  text NOT NULL,
    date         date,
    document_url text NOT NULL,
    status       text NOT NULL CHECK (status IN ('claimed', 'approved', 'rejected')),
    expense_id   uuid,
    mapping_id   uuid,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id, mapping_id) REFERENCES tax_mappings (user_id, id),
    CHECK ((expense_id IS NULL) = (mapping_id IS NULL)),
    CHECK (expense_id IS NULL OR date IS NOT NULL),
    CHECK ((expense_id IS NULL) = (year IS NOT NULL))
);
CREATE INDEX tax_deductions_by_year ON tax_deductions (user_id, year) WHERE year IS NOT NULL;
CREATE INDEX tax_deductions_by_date ON tax_deductions (user_id, date) WHERE year IS NULL;
CREATE UNIQUE INDEX tax_deductions_by_expense ON tax_deductions (user_id, expense_id, mapping_id) WHERE expense_id IS NOT NULL;
CREATE INDEX tax_deductions_by_mapping ON tax_deductions (user_id, mapping_id) WHERE mapping_id IS NOT NULL;

-- The latest news of an expense that was heard: what is told later but happened before changes nothing.
CREATE TABLE tax_expense_versions (
    user_id    uuid NOT NULL,
    expense_id uuid NOT NULL,
    at         timestamptz NOT NULL,
    noted_at   timestamptz NOT NULL,
    PRIMARY KEY (user_id, expense_id)
);

-- Entered, or told by other services. Of those, country and kind are there only where the user chose them.
CREATE TABLE tax_incomes (
    user_id        uuid NOT NULL,
    id             uuid NOT NULL,
    origin         text NOT NULL CHECK (origin IN ('entered', 'income', 'sale', 'dividend')),
    type           text NOT NULL,
    country        char(2),
    kind           text,
    person         text NOT NULL CHECK (person IN ('taxpayer', 'partner')),
    amount_minor   bigint NOT NULL,
    withheld_minor bigint NOT NULL CHECK (withheld_minor >= 0),
    currency       char(3) NOT NULL,
    date           date NOT NULL,
    acquired       date,
    description    text NOT NULL,
    told_at        timestamptz,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (user_id, id),
    CHECK ((country IS NULL) = (kind IS NULL)),
    CHECK (origin <> 'entered' OR kind IS NOT NULL),
    CHECK ((origin = 'entered') = (told_at IS NULL))
);
CREATE INDEX tax_incomes_by_date ON tax_incomes (user_id, date DESC, id DESC);

-- Results with all that they follow from. The digest is of the situation and the component.
CREATE TABLE tax_calculations (
    user_id                 uuid NOT NULL,
    id                      uuid NOT NULL,
    year                    smallint NOT NULL,
    country                 char(2) NOT NULL,
    currency                char(3) NOT NULL,
    component_name          text NOT NULL,
    component_version       text NOT NULL,
    component_hash          text NOT NULL,
    digest                  bytea NOT NULL,
    verified                boolean NOT NULL,
    total_income_minor      bigint NOT NULL,
    taxable_income_minor    bigint NOT NULL,
    total_deductions_minor  bigint NOT NULL,
    tax_owed_minor          bigint NOT NULL,
    capital_gains_tax_minor bigint NOT NULL,
    situation               jsonb NOT NULL,
    left_out                jsonb NOT NULL,
    assessment              jsonb NOT NULL,
    figures                 jsonb NOT NULL,
    fuel                    bigint NOT NULL,
    calculated_at           timestamptz NOT NULL,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX tax_calculations_by_year ON tax_calculations (user_id, year, id DESC);
