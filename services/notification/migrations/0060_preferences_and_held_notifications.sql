-- What user tells of a person's preferences, as far as this service obeys them. Of whom there is no row, everything is
-- shown at once.
CREATE TABLE preferences (
    user_id     uuid PRIMARY KEY,
    -- Categories that are not shown.
    in_app_off  text[] NOT NULL,
    quiet_start time,
    quiet_end   time,
    time_zone   text NOT NULL,
    -- When they were changed: an older event that comes later takes nothing back.
    updated_at  timestamptz NOT NULL,
    CHECK ((quiet_start IS NULL) = (quiet_end IS NULL))
);

-- Until when quiet hours hold a notification back; null when they do not.
ALTER TABLE notifications ADD COLUMN held_until timestamptz;
-- When it is shown, and where it stands in the list.
ALTER TABLE notifications ADD COLUMN deliver_at timestamptz NOT NULL
    GENERATED ALWAYS AS (coalesce(held_until, created_at)) STORED;

CREATE INDEX notifications_delivered ON notifications (user_id, deliver_at DESC, id DESC);
CREATE INDEX notifications_delivered_unread ON notifications (user_id, deliver_at DESC, id DESC) WHERE read_at IS NULL;
DROP INDEX notifications_latest;
DROP INDEX notifications_unread;
