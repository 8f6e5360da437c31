-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A plan of a contract or a report for the council as it was drawn: body is its content as
-- canonical JSON, sum the SHA-256 of that. contract is empty for a report. cases says whether
-- who drew it could see cases: then their reasons may stand in it.
CREATE TABLE contract_paper (
  id       TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  kind     TEXT NOT NULL CHECK (kind IN ('plan', 'exceptions')),
  contract TEXT NOT NULL,
  cases    TEXT NOT NULL CHECK (cases IN ('', 'seen')),
  body     TEXT NOT NULL,
  sum      TEXT NOT NULL,
  person   TEXT NOT NULL,
  created  TEXT NOT NULL
);
CREATE INDEX contract_paper_org ON contract_paper (org, kind, contract);
