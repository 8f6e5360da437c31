-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- Money for a purpose. Amounts everywhere are exact numbers as text, empty where unknown.
CREATE TABLE budget_pot (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  name    TEXT NOT NULL CHECK (length(name) > 0),
  kind    TEXT NOT NULL CHECK (kind IN ('budget', 'programme')),
  since   TEXT NOT NULL,
  until   TEXT NOT NULL,
  amount  TEXT NOT NULL,
  note    TEXT NOT NULL,
  maker   TEXT NOT NULL,
  created TEXT NOT NULL
);
CREATE INDEX budget_pot_org ON budget_pot (org);

-- What a pot asks for.
CREATE TABLE budget_condition (
  id       TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  pot      TEXT NOT NULL,
  what     TEXT NOT NULL,
  due      TEXT NOT NULL,
  state    TEXT NOT NULL CHECK (state IN ('open', 'fulfilled', 'waived')),
  evidence TEXT NOT NULL,
  person   TEXT NOT NULL,
  settled  TEXT NOT NULL,
  created  TEXT NOT NULL
);
CREATE INDEX budget_condition_org ON budget_condition (org, state, due);

-- What money of a pot is for. capital: whether own developments are to be capitalised, as a
-- question to the treasurer.
CREATE TABLE budget_measure (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  pot     TEXT NOT NULL,
  title   TEXT NOT NULL CHECK (length(title) > 0),
  about   TEXT NOT NULL,
  planned TEXT NOT NULL,
  capital TEXT NOT NULL,
  answer  TEXT NOT NULL,
  maker   TEXT NOT NULL,
  created TEXT NOT NULL
);
CREATE INDEX budget_measure_pot ON budget_measure (org, pot);

-- Money that was committed or spent. Rows are added and never changed: reverses names the one
-- that a row takes back, against the commitment that a payment belongs to.
CREATE TABLE budget_booking (
  id          TEXT PRIMARY KEY,
  org         TEXT NOT NULL,
  measure     TEXT NOT NULL,
  day         TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('committed', 'spent')),
  kind        TEXT NOT NULL,
  amount      TEXT NOT NULL CHECK (length(amount) > 0),
  said        TEXT NOT NULL,
  against     TEXT NOT NULL,
  hours       TEXT NOT NULL,
  rate        TEXT NOT NULL,
  rate_day    TEXT NOT NULL,
  rate_source TEXT NOT NULL,
  reverses    TEXT NOT NULL,
  person      TEXT NOT NULL,
  created     TEXT NOT NULL
);
CREATE INDEX budget_booking_measure ON budget_booking (org, measure);
-- Nobody takes a booking back twice.
CREATE UNIQUE INDEX budget_booking_reverses ON budget_booking (reverses) WHERE reverses <> '';

-- What a measure saves, as somebody stated it; rows are added.
CREATE TABLE budget_saving (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  measure TEXT NOT NULL,
  low     TEXT NOT NULL,
  high    TEXT NOT NULL,
  per     TEXT NOT NULL,
  method  TEXT NOT NULL,
  person  TEXT NOT NULL,
  created TEXT NOT NULL
);
CREATE INDEX budget_saving_measure ON budget_saving (org, measure);
