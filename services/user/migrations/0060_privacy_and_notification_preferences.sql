-- A person of whom there is no row allows nothing.
CREATE TABLE privacy_settings (
    user_id            uuid PRIMARY KEY REFERENCES user_profiles (user_id) ON DELETE CASCADE,
    profile_visibility text NOT NULL CHECK (profile_visibility IN ('private', 'family')),
    show_net_worth     boolean NOT NULL,
    allow_analytics    boolean NOT NULL,
    data_sharing       boolean NOT NULL,
    updated_at         timestamptz NOT NULL
);

-- Quiet hours, and that there are choices at all.
CREATE TABLE notification_settings (
    user_id     uuid PRIMARY KEY REFERENCES user_profiles (user_id) ON DELETE CASCADE,
    quiet_start time,
    quiet_end   time,
    updated_at  timestamptz NOT NULL,
    CHECK ((quiet_start IS NULL) = (quiet_end IS NULL)),
    CHECK (quiet_start <> quiet_end)
);

-- Choices that differ from what everyone has at first.
CREATE TABLE notification_preferences (
    user_id  uuid NOT NULL REFERENCES notification_settings (user_id) ON DELETE CASCADE,
    channel  text NOT NULL CHECK (channel IN ('in_app', 'push', 'email', 'sms')),
    category text NOT NULL,
    enabled  boolean NOT NULL,
    PRIMARY KEY (user_id, channel, category)
);
