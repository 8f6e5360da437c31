-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- People who can sign in: an open account with a login.
CREATE VIEW governance_account_view AS SELECT id, org, name, login FROM governance_person WHERE login <> '' AND ended = '';
