-- How often something may be tried. Operators change it with `pfms limits set`.
CREATE TABLE limits (
    -- What is tried.
    act                   text NOT NULL CHECK (act IN ('sign-in', 'register', 'mail')),
    -- By whom it is counted: for one account, or from one address.
    subject               text NOT NULL CHECK (subject IN ('account', 'address')),
    -- Tries without a delay.
    free_tries            integer NOT NULL CHECK (free_tries BETWEEN 1 AND 1000000),
    -- One try is forgotten in each of so many seconds.
    forget_seconds        integer NOT NULL CHECK (forget_seconds BETWEEN 1 AND 86400),
    -- The delay after the first try beyond the free ones; it doubles with each further one.
    first_delay_seconds   integer NOT NULL CHECK (first_delay_seconds BETWEEN 1 AND 86400),
    -- Where it ceases to grow.
    longest_delay_seconds integer NOT NULL CHECK (longest_delay_seconds BETWEEN first_delay_seconds AND 86400),
    PRIMARY KEY (act, subject)
);
INSERT INTO limits (act, subject, free_tries, forget_seconds, first_delay_seconds, longest_delay_seconds) VALUES
    ('sign-in',  'account', 5,  300,  10, 300),
    ('sign-in',  'address', 30, 60,   10, 300),
    ('register', 'account', 5,  600,  10, 3600),
    ('register', 'address', 20, 180,  10, 3600),
    ('mail',     'account', 3,  1200, 60, 3600),
    ('mail',     'address', 20, 180,  10, 3600);
