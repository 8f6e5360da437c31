-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- How long an organisation, for itself and all below it, keeps one kind of entry; each
-- change is a version more. What nobody decided is as the program ships it. 0 days is for ever.
CREATE TABLE retention_rule (
  org     TEXT NOT NULL,
  kind    TEXT NOT NULL,
  version BIGINT NOT NULL,
  days    BIGINT NOT NULL,
  reason  TEXT NOT NULL CHECK (length(reason) > 0),
  person  TEXT NOT NULL,
  created TEXT NOT NULL,
  PRIMARY KEY (org, kind, version)
);

-- What must not end for now: all of an organisation and those below it, or, where person is
-- not empty, what names that person. until is the last day.
CREATE TABLE retention_hold (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  person  TEXT NOT NULL,
  reason  TEXT NOT NULL CHECK (length(reason) > 0),
  until   TEXT NOT NULL,
  maker   TEXT NOT NULL,
  created TEXT NOT NULL,
  ended   TEXT NOT NULL
);
CREATE INDEX retention_hold_org ON retention_hold (org, id);
CREATE INDEX retention_hold_person ON retention_hold (person) WHERE person <> '';

-- What a run ended of one organisation: one row a kind, kept up while the run goes on.
CREATE TABLE retention_ended (
  run    TEXT NOT NULL,
  org    TEXT NOT NULL,
  kind   TEXT NOT NULL,
  n      BIGINT NOT NULL,
  held   BIGINT NOT NULL,
  days   BIGINT NOT NULL,
  source TEXT NOT NULL,
  oldest TEXT NOT NULL,
  at     TEXT NOT NULL,
  PRIMARY KEY (run, org, kind)
);
CREATE INDEX retention_ended_org ON retention_ended (org, run);

-- People whose names were erased on somebody's proposal: when, who decided, and why.
CREATE TABLE retention_erasure (
  person    TEXT PRIMARY KEY,
  org       TEXT NOT NULL,
  pseudonym TEXT NOT NULL,
  proposer  TEXT NOT NULL,
  decider   TEXT NOT NULL,
  reason    TEXT NOT NULL,
  at        TEXT NOT NULL
);
CREATE INDEX retention_erasure_org ON retention_erasure (org, at);
