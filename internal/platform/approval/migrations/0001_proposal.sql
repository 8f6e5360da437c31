-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- An act that waits for a second person. facts are pairs of text key and value as they
-- were shown to both, body is what the act needs, as JSON; neither changes any more.
CREATE TABLE approval_proposal (
  id       TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  what     TEXT NOT NULL,
  thing    TEXT NOT NULL,
  permit   TEXT NOT NULL,
  facts    TEXT NOT NULL,
  body     TEXT NOT NULL,
  reason   TEXT NOT NULL,
  proposer TEXT NOT NULL,
  proposed TEXT NOT NULL,
  state    TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'refused', 'withdrawn')),
  decider  TEXT NOT NULL,
  decided  TEXT NOT NULL,
  note     TEXT NOT NULL
);
CREATE INDEX approval_proposal_org ON approval_proposal (org, id);
-- One thing waits once for the same act.
CREATE UNIQUE INDEX approval_proposal_once ON approval_proposal (org, what, thing) WHERE state = 'pending';
