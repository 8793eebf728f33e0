-- How many rules and modules a user has: limits are checked in one row instead of by counting.
CREATE TABLE quotas (
    user_id uuid PRIMARY KEY,
    rules   integer NOT NULL DEFAULT 0 CHECK (rules >= 0),
    modules integer NOT NULL DEFAULT 0 CHECK (modules >= 0)
);

-- What rules are told about their owner, as user.updated says it.
CREATE TABLE people (
    user_id    uuid PRIMARY KEY,
    currency   text NOT NULL,
    time_zone  text NOT NULL,
    updated_at timestamptz NOT NULL
);

-- Components, with their bytes: a replica that has not met a module loads it from here.
CREATE TABLE modules (
    user_id       uuid NOT NULL,
    id            uuid NOT NULL,
    hash          text NOT NULL,
    name          text NOT NULL,
    version       text NOT NULL,
    world         text NOT NULL,
    triggers      text[] NOT NULL,
    facts         text[] NOT NULL,
    config_schema text NOT NULL,
    size_bytes    bigint NOT NULL,
    content       bytea NOT NULL,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (user_id, id),
    UNIQUE (user_id, hash)
);
-- Machine code does not compress well enough to be worth the time.
ALTER TABLE modules ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TABLE automation_rules (
    user_id          uuid NOT NULL,
    id               uuid NOT NULL,
    name             text NOT NULL,
    description      text NOT NULL,
    event            text NOT NULL,
    condition        jsonb,
    actions          jsonb NOT NULL,
    module_id        uuid,
    config           jsonb,
    is_active        boolean NOT NULL,
    execution_count  bigint NOT NULL DEFAULT 0,
    last_executed_at timestamptz,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id, module_id) REFERENCES modules (user_id, id)
) WITH (fillfactor = 80);
CREATE INDEX automation_rules_module ON automation_rules (user_id, module_id) WHERE module_id IS NOT NULL;

-- What an event must be like for a rule to be worth a look; only of active rules. An event has a few keys, and
-- reads only the rows with one of them, its currency and a minimum that its amount reaches.
CREATE TABLE rule_index (
    user_id   uuid NOT NULL,
    event     text NOT NULL,
    key       text NOT NULL,
    currency  text NOT NULL,
    min_minor bigint NOT NULL,
    max_minor bigint NOT NULL,
    rule_id   uuid NOT NULL,
    PRIMARY KEY (user_id, event, key, currency, min_minor, max_minor, rule_id),
    FOREIGN KEY (user_id, rule_id) REFERENCES automation_rules (user_id, id) ON DELETE CASCADE
);
CREATE INDEX rule_index_rule ON rule_index (user_id, rule_id);

-- The log. Input, output and lines are json, not jsonb: they are kept as they were, for a replay.
CREATE TABLE rule_executions (
    user_id         uuid NOT NULL,
    id              uuid NOT NULL,
    rule_id         uuid NOT NULL,
    event_id        uuid NOT NULL,
    event           text NOT NULL,
    status          text NOT NULL,
    error_reason    text NOT NULL,
    error_message   text NOT NULL,
    action_count    integer NOT NULL,
    module_hash     text NOT NULL,
    fuel            bigint NOT NULL,
    duration_micros bigint NOT NULL,
    trigger_data    json NOT NULL,
    action_result   json NOT NULL,
    logs            json NOT NULL,
    executed_at     timestamptz NOT NULL,
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id, rule_id) REFERENCES automation_rules (user_id, id) ON DELETE CASCADE
);
CREATE INDEX rule_executions_rule ON rule_executions (user_id, rule_id, id);
CREATE INDEX rule_executions_executed_at ON rule_executions USING brin (executed_at);
