-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- Browsers in which a person has signed in before. Guessing elsewhere does not slow them
-- down. Of the secret in the cookie only the SHA-256 is kept.
CREATE TABLE governance_device (
  sum     TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  person  TEXT NOT NULL,
  expires TEXT NOT NULL
);
CREATE INDEX governance_device_person ON governance_device (person, expires);
