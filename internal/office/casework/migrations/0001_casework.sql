-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A case is one run of a procedure, in the version in which it was opened. n counts the cases
-- of a year in a house: a city with all its departments; facts are JSON by id of the field; outcome and closed are
-- empty while it is open.
CREATE TABLE casework_case (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  house   TEXT NOT NULL,
  year    BIGINT NOT NULL,
  n       BIGINT NOT NULL,
  type    TEXT NOT NULL,
  version BIGINT NOT NULL,
  title   TEXT NOT NULL CHECK (length(title) > 0),
  folded  TEXT NOT NULL,
  asker   TEXT NOT NULL,
  facts   TEXT NOT NULL,
  state   TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('', 'done', 'refused', 'withdrawn')),
  created TEXT NOT NULL,
  closed  TEXT NOT NULL,
  UNIQUE (house, year, n)
);
CREATE INDEX casework_case_created ON casework_case (org, created, id);
CREATE INDEX casework_case_open ON casework_case (org, created, id) WHERE outcome = '';
CREATE INDEX casework_case_asker ON casework_case (asker) WHERE outcome = '';

-- A task is work for a role in a state of a case. person is who took it; result says how it
-- ended: done, or left when the case moved on without it.
CREATE TABLE casework_task (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  matter  TEXT NOT NULL,
  state   TEXT NOT NULL,
  task    TEXT NOT NULL,
  role    TEXT NOT NULL,
  person  TEXT NOT NULL,
  since   TEXT NOT NULL,
  due     TEXT NOT NULL,
  result  TEXT NOT NULL CHECK (result IN ('', 'done', 'left')),
  ended   TEXT NOT NULL,
  doer    TEXT NOT NULL,
  note    TEXT NOT NULL
);
CREATE INDEX casework_task_matter ON casework_task (matter);
-- Who holds a role asks for what is open for it, the most urgent first.
CREATE INDEX casework_task_role ON casework_task (org, role, due, id) WHERE result = '' AND person = '';
CREATE INDEX casework_task_person ON casework_task (person, due, id) WHERE result = '' AND person <> '';

-- What happened in a case, in its order. Rows are added and never changed; body is JSON.
CREATE TABLE casework_event (
  org    TEXT NOT NULL,
  matter TEXT NOT NULL,
  n      BIGINT NOT NULL,
  what   TEXT NOT NULL,
  person TEXT NOT NULL,
  at     TEXT NOT NULL,
  body   TEXT NOT NULL,
  said   TEXT NOT NULL,
  PRIMARY KEY (matter, n)
);
CREATE INDEX casework_event_org ON casework_event (org);

-- The justification of a decision, frozen: body is canonical JSON, sum its SHA-256.
CREATE TABLE casework_record (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  matter  TEXT NOT NULL,
  n       BIGINT NOT NULL,
  body    TEXT NOT NULL,
  sum     TEXT NOT NULL,
  created TEXT NOT NULL,
  UNIQUE (matter, n)
);
CREATE INDEX casework_record_org ON casework_record (org);

-- In which Land an organisation is, for its holidays. It counts for those below, too.
CREATE TABLE casework_land (
  org     TEXT PRIMARY KEY,
  land    TEXT NOT NULL,
  person  TEXT NOT NULL,
  created TEXT NOT NULL
);
