-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- What an organisation says about a release: whether it changed the software, and how others
-- get the source.
CREATE TABLE duty_setting (
  org     TEXT NOT NULL,
  release TEXT NOT NULL,
  changed TEXT NOT NULL CHECK (changed IN ('', 'no', 'yes')),
  offer   TEXT NOT NULL,
  person  TEXT NOT NULL,
  at      TEXT NOT NULL,
  PRIMARY KEY (org, release)
);
CREATE INDEX duty_setting_release ON duty_setting (release);

-- What was decided about a duty of a release: its state, with evidence. contexts are those in
-- which it arose then, separated by blanks. Nothing is edited: a later decision takes its
-- place, or it is revoked.
CREATE TABLE duty_decision (
  id       TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  release  TEXT NOT NULL,
  software TEXT NOT NULL,
  duty     TEXT NOT NULL,
  contexts TEXT NOT NULL,
  state    TEXT NOT NULL CHECK (state IN ('open', 'acknowledged', 'fulfilled', 'not_applicable', 'deferred', 'escalated')),
  reason   TEXT NOT NULL,
  evidence TEXT NOT NULL,
  link     TEXT NOT NULL,
  role     TEXT NOT NULL,
  due      TEXT NOT NULL,
  person   TEXT NOT NULL,
  at       TEXT NOT NULL,
  revoked  TEXT NOT NULL,
  revoker  TEXT NOT NULL,
  why      TEXT NOT NULL
);
CREATE INDEX duty_decision_software ON duty_decision (software, duty);
CREATE INDEX duty_decision_org ON duty_decision (org);

-- For which components a decision was made: a name without its version, and the number of the
-- licence's text (sbom_term_view). A later version of the same component under the same licence
-- is covered by it.
CREATE TABLE duty_part (
  org       TEXT NOT NULL,
  decision  TEXT NOT NULL,
  component TEXT NOT NULL,
  licence   BIGINT NOT NULL,
  PRIMARY KEY (decision, component, licence)
);
CREATE INDEX duty_part_org ON duty_part (org);
