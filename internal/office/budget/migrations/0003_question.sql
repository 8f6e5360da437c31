-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- What a condition asks for, so that duties to publish can be found; and where the evidence is.
ALTER TABLE budget_condition ADD COLUMN kind TEXT NOT NULL DEFAULT 'various';
ALTER TABLE budget_condition ADD COLUMN link TEXT NOT NULL DEFAULT '';

-- A question to the treasurer: whether own developments of a measure are to be capitalised.
-- note is the edition of our note that was shown with it. It is answered once; who wants to ask
-- again asks anew.
CREATE TABLE budget_question (
  id       TEXT PRIMARY KEY,
  org      TEXT NOT NULL,
  measure  TEXT NOT NULL,
  note     TEXT NOT NULL,
  asked    TEXT NOT NULL CHECK (length(asked) > 0),
  person   TEXT NOT NULL,
  created  TEXT NOT NULL,
  answer   TEXT NOT NULL,
  basis    TEXT NOT NULL,
  answerer TEXT NOT NULL,
  answered TEXT NOT NULL
);
CREATE INDEX budget_question_measure ON budget_question (org, measure);

-- Until now a measure had the question and its answer itself.
INSERT INTO budget_question (id, org, measure, note, asked, person, created, answer, basis, answerer, answered)
SELECT id, org, id, '', title, maker, created, CASE WHEN capital = 'answered' THEN answer ELSE '' END, '', CASE WHEN capital = 'answered' THEN maker ELSE '' END, CASE WHEN capital = 'answered' THEN created ELSE '' END
FROM budget_measure WHERE capital IN ('ask', 'answered');
