CREATE TABLE user_profiles (
    user_id       uuid PRIMARY KEY,
    -- What tells who a person is, is sealed for that person; null when empty.
    first_name    bytea,
    last_name     bytea,
    phone         bytea,
    avatar_url    bytea,
    date_of_birth bytea,
    currency      char(3) NOT NULL,
    time_zone     text NOT NULL,
    language      text NOT NULL,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);

CREATE TABLE financial_preferences (
    user_id                       uuid PRIMARY KEY REFERENCES user_profiles (user_id) ON DELETE CASCADE,
    daily_budget_limit_minor      bigint CHECK (daily_budget_limit_minor > 0),
    daily_budget_limit_currency   char(3),
    monthly_budget_limit_minor    bigint CHECK (monthly_budget_limit_minor > 0),
    monthly_budget_limit_currency char(3),
    savings_target_minor          bigint CHECK (savings_target_minor > 0),
    savings_target_currency       char(3),
    investment_risk_level         text CHECK (investment_risk_level IN ('low', 'medium', 'high')),
    salary_day                    smallint CHECK (salary_day BETWEEN 1 AND 31),
    earning_schedule              text CHECK (earning_schedule IN ('monthly', 'weekly', 'biweekly')),
    updated_at                    timestamptz NOT NULL,
    CHECK ((daily_budget_limit_minor IS NULL) = (daily_budget_limit_currency IS NULL)),
    CHECK ((monthly_budget_limit_minor IS NULL) = (monthly_budget_limit_currency IS NULL)),
    CHECK ((savings_target_minor IS NULL) = (savings_target_currency IS NULL))
);
