-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- A question that a passkey has to sign, for one time; sum is the SHA-256 of its challenge.
-- person and org are empty where nobody is known yet.
CREATE TABLE factor_ceremony (
  sum     TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  person  TEXT NOT NULL,
  body    TEXT NOT NULL,
  expires TEXT NOT NULL
);
CREATE INDEX factor_ceremony_expires ON factor_ceremony (expires);
