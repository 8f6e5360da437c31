-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- That the asker of a case, or somebody outside, has said something: when last, and whether somebody has
-- opened the case since whose turn it is.
CREATE TABLE intake_word (
  matter TEXT PRIMARY KEY,
  org    TEXT NOT NULL,
  at     TEXT NOT NULL,
  seen   TEXT NOT NULL
);
CREATE INDEX intake_word_org ON intake_word (org);
