-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A paper is what a procurement rests on; kind says which: award is the setup of an award.
-- matter is the case that it belongs to, empty where none.
CREATE TABLE procurement_paper (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  kind    TEXT NOT NULL,
  title   TEXT NOT NULL CHECK (length(title) > 0),
  matter  TEXT NOT NULL,
  person  TEXT NOT NULL,
  created TEXT NOT NULL
);
-- Lists are read by id, which rises with time.
CREATE INDEX procurement_paper_org ON procurement_paper (org, id);

-- Editions of a paper. Only the last can be a draft: then frozen and sum are empty. A frozen
-- body is canonical JSON, sum its SHA-256.
CREATE TABLE procurement_edition (
  paper   TEXT NOT NULL,
  org     TEXT NOT NULL,
  n       BIGINT NOT NULL,
  reason  TEXT NOT NULL,
  body    TEXT NOT NULL,
  sum     TEXT NOT NULL,
  person  TEXT NOT NULL,
  changed TEXT NOT NULL,
  frozen  TEXT NOT NULL,
  PRIMARY KEY (paper, n)
);
CREATE INDEX procurement_edition_org ON procurement_edition (org);

-- A trial is a setup tried on fictitious bids, kept with all that went in: body is canonical
-- JSON, sum its SHA-256.
CREATE TABLE procurement_trial (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  paper   TEXT NOT NULL,
  n       BIGINT NOT NULL,
  person  TEXT NOT NULL,
  created TEXT NOT NULL,
  body    TEXT NOT NULL,
  sum     TEXT NOT NULL
);
CREATE INDEX procurement_trial_paper ON procurement_trial (org, paper, id);
