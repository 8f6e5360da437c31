-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- What the audit office found in an organisation, and what became of it. due and reminded
-- are empty where there is no such day.
CREATE TABLE audit_finding (
  id       TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  title    TEXT NOT NULL CHECK (length(title) > 0),
  fact     TEXT NOT NULL,
  rule     TEXT NOT NULL,
  advice   TEXT NOT NULL,
  weight   TEXT NOT NULL CHECK (weight IN ('low', 'normal', 'high')),
  state    TEXT NOT NULL CHECK (state IN ('raised', 'accepted', 'planned', 'done', 'verified', 'withdrawn')),
  raiser   TEXT NOT NULL,
  head     TEXT NOT NULL,
  measure  TEXT NOT NULL,
  due      TEXT NOT NULL,
  evidence TEXT NOT NULL,
  reminded TEXT NOT NULL,
  created  TEXT NOT NULL,
  changed  TEXT NOT NULL
);
CREATE INDEX audit_finding_org ON audit_finding (org, id);
-- What has to be reminded of.
CREATE INDEX audit_finding_due ON audit_finding (due) WHERE due <> '' AND state IN ('raised', 'accepted', 'planned');

-- The course of a finding: who brought it into which state, with which words.
CREATE TABLE audit_step (
  org     TEXT NOT NULL,
  finding TEXT NOT NULL,
  id      TEXT NOT NULL,
  state   TEXT NOT NULL,
  person  TEXT NOT NULL,
  note    TEXT NOT NULL,
  at      TEXT NOT NULL,
  PRIMARY KEY (finding, id)
);
