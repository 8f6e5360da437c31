-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A contract with a supplier. Days are texts, empty where unknown; amount is an exact number as
-- text, empty where unknown; answers are those to the questions on it, as JSON. matter is the
-- number of a case with the justification.
CREATE TABLE contract_entry (
  id          TEXT PRIMARY KEY,
  org         TEXT NOT NULL,
  number      TEXT NOT NULL,
  title       TEXT NOT NULL CHECK (length(title) > 0),
  folded      TEXT NOT NULL,
  words       TEXT NOT NULL,
  supplier    TEXT NOT NULL,
  software    TEXT NOT NULL,
  type        TEXT NOT NULL,
  kind        TEXT NOT NULL,
  since       TEXT NOT NULL,
  until       TEXT NOT NULL,
  notice      BIGINT NOT NULL,
  unit        TEXT NOT NULL,
  renews      BIGINT NOT NULL,
  amount      TEXT NOT NULL,
  per         TEXT NOT NULL,
  proprietary TEXT NOT NULL CHECK (proprietary IN ('unknown', 'no', 'yes')),
  reason      TEXT NOT NULL,
  matter      TEXT NOT NULL,
  note        TEXT NOT NULL,
  answers     TEXT NOT NULL,
  maker       TEXT NOT NULL,
  created     TEXT NOT NULL,
  changed     TEXT NOT NULL
);
CREATE INDEX contract_entry_org ON contract_entry (org, folded, id);

-- A topic that a contract has, as it was when it was chosen: body is the topic as JSON, edition
-- the set that it is of.
CREATE TABLE contract_topic (
  org      TEXT NOT NULL,
  contract TEXT NOT NULL,
  topic    TEXT NOT NULL,
  edition  TEXT NOT NULL,
  body     TEXT NOT NULL,
  person   TEXT NOT NULL,
  created  TEXT NOT NULL,
  PRIMARY KEY (contract, topic)
);

-- Something owed because of a contract. topic is empty where somebody added it by hand; rule
-- says how its day counts and whether it is owed again, as JSON.
CREATE TABLE contract_owed (
  id       TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  contract TEXT NOT NULL,
  topic    TEXT NOT NULL,
  what_de  TEXT NOT NULL,
  what_en  TEXT NOT NULL,
  rule     TEXT NOT NULL,
  due      TEXT NOT NULL,
  state    TEXT NOT NULL CHECK (state IN ('open', 'fulfilled', 'waived')),
  evidence TEXT NOT NULL,
  link     TEXT NOT NULL,
  reason   TEXT NOT NULL,
  person   TEXT NOT NULL,
  settled  TEXT NOT NULL,
  created  TEXT NOT NULL
);
CREATE INDEX contract_owed_contract ON contract_owed (contract);
CREATE INDEX contract_owed_due ON contract_owed (org, state, due);
