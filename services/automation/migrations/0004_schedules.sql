-- When rules with the trigger "time" come due next. A rule that is switched off, or never does again, has no row.
CREATE TABLE schedules (
    user_id     uuid NOT NULL,
    rule_id     uuid NOT NULL,
    -- The moment that is next.
    next_due_at timestamptz NOT NULL,
    -- When a process looks at it: the moment itself, or later while one works on it or after a failure.
    due_at      timestamptz NOT NULL,
    PRIMARY KEY (user_id, rule_id),
    FOREIGN KEY (user_id, rule_id) REFERENCES automation_rules (user_id, id) ON DELETE CASCADE
);
CREATE INDEX schedules_due ON schedules (due_at);
