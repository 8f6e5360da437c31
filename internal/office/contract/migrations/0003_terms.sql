-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- What a subscription or support consists of, as JSON; and the day from which what the topics
-- bring counts: what was due before is not overdue. Empty: all of it counts.
ALTER TABLE contract_entry ADD COLUMN terms TEXT NOT NULL DEFAULT '{}';
ALTER TABLE contract_entry ADD COLUMN counted TEXT NOT NULL DEFAULT '';
