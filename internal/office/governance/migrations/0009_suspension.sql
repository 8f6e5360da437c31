-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- An organisation that is suspended with all below it: nobody of them gets in, their data stays.
CREATE TABLE governance_suspension (
  org    TEXT PRIMARY KEY,
  since  TEXT NOT NULL,
  person TEXT NOT NULL,
  reason TEXT NOT NULL
);

CREATE VIEW governance_suspension_view AS SELECT org, since, person, reason FROM governance_suspension;

-- Each organisation that is suspended, by itself or by one above it; perhaps more than once.
CREATE VIEW governance_suspended_view AS
  SELECT s.org AS org FROM governance_suspension x JOIN governance_scope s ON s.root = x.org;
