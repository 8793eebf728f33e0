-- Rules that run over the past, page by page.
CREATE TABLE history_runs (
    user_id       uuid NOT NULL,
    id            uuid NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('BACKTEST', 'APPLY')),
    state         text NOT NULL CHECK (state IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'CANCELLED', 'FAILED')),
    -- The stored rule, if it is one; it may be gone by now.
    rule_id       uuid,
    -- The rule as it was when the run began, in the form of the API.
    rule          bytea NOT NULL,
    start_date    date,
    end_date      date,
    -- Counts and examples so far.
    progress      jsonb NOT NULL,
    -- The last expense that was looked at.
    after_id      uuid,
    -- How often in a row a page could not be done.
    failures      integer NOT NULL DEFAULT 0,
    error_message text NOT NULL DEFAULT '',
    -- When its next page is to be done; while a process does it: when another one may. Null when the run has ended.
    due_at        timestamptz,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    ended_at      timestamptz,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX history_runs_due ON history_runs (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX history_runs_rule ON history_runs (user_id, rule_id, id);
CREATE INDEX history_runs_created_at ON history_runs USING brin (created_at);
