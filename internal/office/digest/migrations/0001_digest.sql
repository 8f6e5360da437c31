-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- How often a person wants to be written to, and what about not: keys separated by blanks. Who
-- chose nothing is written to each week while holding a role, else never.
CREATE TABLE digest_choice (
  person  TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  rhythm  TEXT NOT NULL CHECK (rhythm IN ('never', 'daily', 'weekly')),
  without TEXT NOT NULL,
  changed TEXT NOT NULL
);

-- For which day or week a person has been thought of: n matters were written about, 0 is no
-- letter. It is kept together with the letter, so that there is one a period, never two.
CREATE TABLE digest_sent (
  person TEXT NOT NULL,
  period TEXT NOT NULL,
  org    TEXT NOT NULL,
  n      BIGINT NOT NULL,
  at     TEXT NOT NULL,
  PRIMARY KEY (person, period)
);

-- What a person has been told once and is not told again.
CREATE TABLE digest_told (
  person TEXT NOT NULL,
  link   TEXT NOT NULL,
  org    TEXT NOT NULL,
  at     TEXT NOT NULL,
  PRIMARY KEY (person, link)
);

-- Links by which letters are stopped without signing in. Of the secret only the SHA-256 is kept.
CREATE TABLE digest_stop (
  sum     TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  person  TEXT NOT NULL,
  created TEXT NOT NULL
);
CREATE INDEX digest_stop_person ON digest_stop (person);
