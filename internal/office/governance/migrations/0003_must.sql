-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- Where a session must go before it may do anything else, as a path; empty for all others.
ALTER TABLE governance_session ADD COLUMN must TEXT NOT NULL DEFAULT '';
