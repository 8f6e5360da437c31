-- SPDX-FileCopyrightText: 2026 The Allmende authors
--
-- SPDX-License-Identifier: EUPL-1.2

-- Where a person gets mail, where the login is no address, and the language last read in.
ALTER TABLE governance_person ADD COLUMN mail TEXT NOT NULL DEFAULT '';
ALTER TABLE governance_person ADD COLUMN lang TEXT NOT NULL DEFAULT '';

-- People who can sign in and get mail: their address and their language, empty where unknown.
CREATE VIEW governance_reader_view AS
SELECT id, org, name, login, CASE WHEN mail <> '' THEN mail ELSE login END AS mail, lang
FROM governance_person WHERE login <> '' AND ended = '' AND (mail <> '' OR login LIKE '%@%');
