-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- When it was changed last, so that nobody writes over what somebody else has changed
-- meanwhile. Empty: never since it was made.
ALTER TABLE budget_pot ADD COLUMN changed TEXT NOT NULL DEFAULT '';
ALTER TABLE budget_measure ADD COLUMN changed TEXT NOT NULL DEFAULT '';
